package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.PdCodec;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A cluster without replication: one shared map, regions with leaders, stores and placement drivers that answer as real ones do and
 * misbehave as a test tells them. It also counts how often each write took effect.
 */
final class FakeCluster {
    static final long CLUSTER = 77;

    /** What a store does with a request. */
    interface Behaviour {
        Reaction on(long store, KvRequest request);
    }

    enum Reaction {
        SERVE,
        /** Neither does it nor answers. */
        IGNORE,
        /** Does it and does not answer. */
        SERVE_SILENTLY,
        /** Does it, then the link breaks. */
        SERVE_AND_CLOSE,
        /** The link breaks before anything is done. */
        CLOSE,
        BUSY,
        UNDETERMINED,
        DISK_FULL,
        TIMED_OUT
    }

    record Received(long store, KvRequest request, long atNanos) {}

    final NavigableMap<Key, Value> data = new TreeMap<>();
    final Map<Value, Integer> timesApplied = new LinkedHashMap<>();
    final List<Received> received = new ArrayList<>();
    final List<PdRequest> asked = new ArrayList<>();
    final Map<Long, Region> regions = new TreeMap<>();
    final Map<Long, Long> leaders = new TreeMap<>();
    final List<Long> stores;
    Behaviour behaviour = (store, request) -> Reaction.SERVE;
    int busyBackoffMillis = 20;
    /** Pages hold at most this many rows, whatever is asked. */
    int pageRowsMax = Integer.MAX_VALUE;
    /** What becomes of the answers to batch gets. */
    UnaryOperator<KvResult.Pairs> misreading = UnaryOperator.identity();

    boolean hintsLeader = true;
    /** What the placement driver believes of leaders, where it differs. */
    final Map<Long, Long> rumours = new TreeMap<>();

    private final VirtualTime time;
    private final Network network;
    private final Map<String, Network.Endpoint> endpoints = new TreeMap<>();
    private long nextRegion = 1;

    FakeCluster(VirtualTime time, Network network, int storeCount) {
        this.time = time;
        this.network = network;
        List<Long> ids = new ArrayList<>();
        List<Peer> peers = new ArrayList<>();
        for (long id = 1; id <= storeCount; id++) {
            ids.add(id);
            peers.add(new Peer(100 + id, id, PeerRole.VOTER));
        }
        this.stores = ids;
        Region first = new Region(nextRegion++, KeyRange.ALL, Epoch.FIRST, peers);
        regions.put(first.id(), first);
        leaders.put(first.id(), 1L);
        ids.forEach(this::startStore);
    }

    static Address storeAddress(long id) {
        return new Address("store", (int) (1000 + id));
    }

    static Address pdAddress(int number) {
        return new Address("pd", 2000 + number);
    }

    void startStore(long id) {
        Hello self = new Hello(Hello.STORE, CLUSTER, id, 0, 1);
        endpoints.put("s" + id, network.listen(storeAddress(id), () -> self, new StoreListener(id)));
    }

    void stopStore(long id) {
        endpoints.remove("s" + id).close();
    }

    FakePd startPd(int number) {
        FakePd pd = new FakePd();
        Hello self = new Hello(Hello.PLACEMENT, CLUSTER, number, 0, 1);
        endpoints.put("p" + number, network.listen(pdAddress(number), () -> self, pd));
        return pd;
    }

    void stopPd(int number) {
        endpoints.remove("p" + number).close();
    }

    /** Splits the region that holds {@code at}; the right piece keeps the id. */
    void split(String at) {
        Key key = Key.utf8(at);
        Region parent = regionOf(key);
        Epoch epoch = new Epoch(parent.epoch().confVersion(), parent.epoch().version() + 1);
        KeyRange left = KeyRange.of(parent.range().startInclusive(), key);
        KeyRange right = KeyRange.of(key, parent.range().endExclusive());
        long child = nextRegion++;
        regions.put(child, new Region(child, left, epoch, parent.peers()));
        regions.put(parent.id(), new Region(parent.id(), right, epoch, parent.peers()));
        leaders.put(child, leaders.get(parent.id()));
    }

    Region regionOf(Key key) {
        return regions.values().stream()
                .filter(region -> region.range().contains(key))
                .findFirst()
                .orElseThrow();
    }

    void lead(String key, long store) {
        leaders.put(regionOf(Key.utf8(key)).id(), store);
    }

    long receivedWrites() {
        return received.stream()
                .filter(one -> one.request().command().isWrite())
                .count();
    }

    private final class StoreListener implements LinkListener {
        private final long store;

        StoreListener(long store) {
            this.store = store;
        }

        @Override
        public void onOpen(Link link, Hello peer) {}

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            KvRequest request = KvCodec.decodeRequest(frame);
            received.add(new Received(store, request, time.nanos()));
            Reaction reaction = behaviour.on(store, request);
            switch (reaction) {
                case SERVE -> link.send(KvCodec.encodeReply(serve(request)));
                case IGNORE -> {}
                case SERVE_SILENTLY -> serve(request);
                case SERVE_AND_CLOSE -> {
                    serve(request);
                    link.close();
                }
                case CLOSE -> link.close();
                case BUSY -> refuse(link, request, KvError.Kind.BUSY, busyBackoffMillis);
                case UNDETERMINED -> refuse(link, request, KvError.Kind.UNDETERMINED, 0);
                case DISK_FULL -> refuse(link, request, KvError.Kind.DISK_FULL, 0);
                case TIMED_OUT -> refuse(link, request, KvError.Kind.TIMED_OUT, 0);
            }
        }

        @Override
        public void onClose(Link link, String reason) {}

        private void refuse(Link link, KvRequest request, KvError.Kind kind, int backoffMillis) {
            KvError error = new KvError(kind, "as told", List.of(), 0, null, backoffMillis);
            link.send(KvCodec.encodeReply(KvReply.refused(request.requestId(), error)));
        }

        private KvReply serve(KvRequest request) {
            Region region = regions.get(request.regionId());
            if (region == null || region.peerOn(store).isEmpty()) {
                return KvReply.refused(
                        request.requestId(), KvError.of(KvError.Kind.REGION_NOT_FOUND, "no such region here"));
            }
            long leader = leaders.get(region.id());
            if (leader != store) {
                KvError error = hintsLeader && leader != 0
                        ? new KvError(
                                KvError.Kind.NOT_LEADER, "ask the leader", List.of(), leader, storeAddress(leader), 0)
                        : KvError.of(KvError.Kind.NOT_LEADER, "leader unknown");
                return KvReply.refused(request.requestId(), error);
            }
            if (!region.epoch().equals(request.epoch())) {
                List<Region> news = List.copyOf(regions.values());
                return KvReply.refused(
                        request.requestId(),
                        new KvError(KvError.Kind.STALE_EPOCH, "changed", news, leader, storeAddress(leader), 0));
            }
            return KvReply.ok(request.requestId(), apply(region, request.command()));
        }
    }

    private KvResult apply(Region region, KvCommand command) {
        return command.match(new KvCommand.Cases<>() {
            @Override
            public KvResult onPut(KvCommand.Put put) {
                require(region, put.key());
                data.put(put.key(), put.value());
                timesApplied.merge(put.value(), 1, Integer::sum);
                return new KvResult.Done();
            }

            @Override
            public KvResult onDelete(KvCommand.Delete delete) {
                require(region, delete.key());
                data.remove(delete.key());
                return new KvResult.Done();
            }

            @Override
            public KvResult onBatch(KvCommand.Batch batch) {
                for (KvCommand.Change change : batch.changes()) {
                    require(region, change.key());
                    if (change.value() == null) {
                        data.remove(change.key());
                    } else {
                        data.put(change.key(), change.value());
                        timesApplied.merge(change.value(), 1, Integer::sum);
                    }
                }
                return new KvResult.Done();
            }

            @Override
            public KvResult onDeleteRange(KvCommand.DeleteRange range) {
                if (!region.range().contains(range.range())) {
                    throw new AssertionError(range + " is not inside " + region);
                }
                within(range.range()).clear();
                return new KvResult.Done();
            }

            @Override
            public KvResult onCompareAndSet(KvCommand.CompareAndSet cas) {
                require(region, cas.key());
                Value before = data.get(cas.key());
                boolean isSet = java.util.Objects.equals(before, cas.expected());
                if (isSet && cas.next() == null) {
                    data.remove(cas.key());
                } else if (isSet) {
                    data.put(cas.key(), cas.next());
                    timesApplied.merge(cas.next(), 1, Integer::sum);
                }
                return new KvResult.Compared(isSet, before);
            }

            @Override
            public KvResult onGet(KvCommand.Get get) {
                require(region, get.key());
                return new KvResult.Found(data.get(get.key()));
            }

            @Override
            public KvResult onBatchGet(KvCommand.BatchGet get) {
                List<KvResult.Pair> pairs = new ArrayList<>();
                for (Key key : get.keys()) {
                    require(region, key);
                    if (data.containsKey(key)) {
                        if (pairs.size() == pageRowsMax) {
                            return misreading.apply(new KvResult.Pairs(pairs, false));
                        }
                        pairs.add(new KvResult.Pair(key, data.get(key)));
                    }
                }
                return misreading.apply(new KvResult.Pairs(pairs, true));
            }

            @Override
            public KvResult onScan(KvCommand.Scan scan) {
                if (!region.range().contains(scan.range())) {
                    throw new AssertionError(scan + " is not inside " + region);
                }
                NavigableMap<Key, Value> rows = within(scan.range());
                List<KvResult.Pair> pairs = new ArrayList<>();
                for (Map.Entry<Key, Value> row : (scan.isReverse() ? rows.descendingMap() : rows).entrySet()) {
                    if (pairs.size() == Math.min(scan.limit(), pageRowsMax)) {
                        return new KvResult.Pairs(pairs, false);
                    }
                    pairs.add(new KvResult.Pair(row.getKey(), scan.isKeysOnly() ? Value.utf8("") : row.getValue()));
                }
                return new KvResult.Pairs(pairs, true);
            }
        });
    }

    private NavigableMap<Key, Value> within(KeyRange range) {
        return range.hasEnd()
                ? data.subMap(range.startInclusive(), true, range.endExclusive(), false)
                : data.tailMap(range.startInclusive(), true);
    }

    private static void require(Region region, Key key) {
        if (!region.range().contains(key)) {
            throw new AssertionError(key + " is not inside " + region);
        }
    }

    /** One placement driver member. */
    final class FakePd implements LinkListener {
        boolean isAvailable = true;
        boolean isSilent;
        boolean closesOnAsk;
        int answered;
        Address leader = pdAddress(1);
        List<Address> members = List.of(pdAddress(1));

        @Override
        public void onOpen(Link link, Hello peer) {}

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            PdRequest request = PdCodec.decodeRequest(frame);
            asked.add(request);
            if (closesOnAsk) {
                link.close();
            } else if (!isSilent) {
                answered++;
                link.send(PdCodec.encodeReply(PdCodec.requestId(frame), answer(request)));
            }
        }

        @Override
        public void onClose(Link link, String reason) {}

        private PdReply answer(PdRequest request) {
            if (request instanceof PdRequest.GetStatus) {
                return new PdReply.Status(CLUSTER, members, leader, stores.size(), stores.size(), 1, 0, 0, 0);
            }
            if (!isAvailable) {
                return new PdReply.Refused(PdReply.Kind.UNAVAILABLE, "not the leader");
            }
            if (request instanceof PdRequest.FindRoute find) {
                return routes(List.of(regionOf(find.key())));
            }
            if (request instanceof PdRequest.ScanRoutes scan) {
                return routes(regions.values().stream()
                        .filter(region -> region.range().overlaps(scan.range()))
                        .sorted(java.util.Comparator.comparing(
                                region -> region.range().startInclusive()))
                        .limit(scan.limit())
                        .toList());
            }
            return new PdReply.Accepted(1);
        }

        private PdReply routes(List<Region> found) {
            List<RegionView> views = found.stream()
                    .map(region -> new RegionView(
                            region,
                            rumours.getOrDefault(region.id(), leaders.get(region.id())),
                            1,
                            1,
                            1,
                            1,
                            List.of(),
                            List.of()))
                    .toList();
            List<StoreInfo> infos = stores.stream()
                    .map(id -> new StoreInfo(
                            id, storeAddress(id), storeAddress(id), StoreInfo.State.UP, 1, 1, 1, 1, 1, 1, 1))
                    .toList();
            return new PdReply.Routes(views, infos);
        }
    }
}
