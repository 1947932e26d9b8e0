package dev.cleave.region.store.cluster;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.control.ControlCodec;
import dev.cleave.region.control.ControlFrame;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A placement driver that only does what a test tells it: gives ids, remembers reports, passes orders on. */
final class FakePlacement implements LinkListener {
    static final Address ADDRESS = new Address("pd", 2379);
    static final long CLUSTER = 77;

    final Map<Long, StoreInfo> stores = new TreeMap<>();
    final Map<Long, RegionView> regions = new TreeMap<>();
    final List<Long> destroyed = new ArrayList<>();
    final List<ToPlacement.Digested> digests = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    final List<ToPlacement.Replicas> replicas = new ArrayList<>();
    final List<ToPlacement.RegionsUnchanged> unchanged = new ArrayList<>();
    /** The regions that were told of, one after the other. */
    final List<Long> heartbeats = new ArrayList<>();

    private final Map<Long, Link> links = new TreeMap<>();
    private final ControlCodec codec = new ControlCodec();
    private boolean isAway;
    private long ids = 1000;
    private long version;
    /** Set to refuse all registrations. */
    String rejection = "";
    /** Set to give no ids for splits. */
    boolean givesNoIds;

    /** Set to answer nothing at all. */
    boolean isDeaf;

    FakePlacement() {}

    FakePlacement(Network network) {
        network.listen(ADDRESS, FakePlacement::hello, this);
    }

    static Hello hello() {
        return new Hello(Hello.PLACEMENT, CLUSTER, 1, 5, 1);
    }

    long nextId() {
        return ++ids;
    }

    RegionView region(long id) {
        return regions.get(id);
    }

    void order(long region, Epoch epoch, FromPlacement.Action action) {
        Link link = links.get(regions.get(region).leaderStore());
        link.send(codec.encode(0, new FromPlacement.Command(1, region, epoch, action)));
    }

    /** Its process has ended: links close and nobody can connect. */
    void goAway() {
        isAway = true;
        links.values().forEach(Link::close);
        links.clear();
    }

    void comeBack() {
        isAway = false;
    }

    /** Speaks to a store unasked. */
    void tell(long store, FromPlacement record) {
        links.get(store).send(codec.encode(0, record));
    }

    /** Orders a split of the region as last reported; returns the new regions' ids. */
    List<Long> split(long region, String... keys) {
        RegionView view = regions.get(region);
        List<FromPlacement.SplitIds.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < keys.length; i++) {
            pieces.add(ids(view.region()));
        }
        List<Key> at = java.util.Arrays.stream(keys).map(Key::utf8).toList();
        order(region, view.region().epoch(), new FromPlacement.Action.Split(at, pieces));
        return pieces.stream().map(FromPlacement.SplitIds.Piece::regionId).toList();
    }

    private FromPlacement.SplitIds.Piece ids(Region region) {
        long id = nextId();
        return new FromPlacement.SplitIds.Piece(
                id, region.peers().stream().map(peer -> nextId()).toList());
    }

    @Override
    public void onOpen(Link link, Hello peer) {
        if (isAway) {
            link.close();
        }
    }

    @Override
    public void onFrame(Link link, ByteBuffer bytes) {
        if (isDeaf) {
            return;
        }
        ControlFrame frame = codec.decode(bytes);
        ToPlacement record = frame.up();
        if (record instanceof ToPlacement.RegisterStore register) {
            answer(link, frame, registered(link, register));
        } else if (record instanceof ToPlacement.StoreHeartbeat heartbeat) {
            boolean isNews = heartbeat.storeMapVersion() < version;
            answer(link, frame, new FromPlacement.StoreMap(version, isNews ? List.copyOf(stores.values()) : List.of()));
        } else if (record instanceof ToPlacement.RegionHeartbeat heartbeat) {
            heartbeats.add(heartbeat.view().region().id());
            take(heartbeat.view());
        } else if (record instanceof ToPlacement.RegionsUnchanged told) {
            unchanged.add(told);
        } else if (record instanceof ToPlacement.AskSplit ask && givesNoIds) {
            answer(
                    link,
                    frame,
                    new FromPlacement.Rejected(
                            "no ids for region " + ask.region().id()));
        } else if (record instanceof ToPlacement.AskSplit ask) {
            List<FromPlacement.SplitIds.Piece> pieces = new ArrayList<>();
            for (int i = 0; i < ask.pieces(); i++) {
                pieces.add(ids(ask.region()));
            }
            answer(link, frame, new FromPlacement.SplitIds(pieces));
        } else if (record instanceof ToPlacement.CheckPeer check) {
            RegionView view = regions.get(check.regionId());
            answer(
                    link,
                    frame,
                    new FromPlacement.PeerVerdict(
                            check.regionId(), check.replicaId(), view == null ? null : view.region()));
        } else if (record instanceof ToPlacement.Destroyed gone) {
            destroyed.addAll(gone.replicaIds());
        } else if (record instanceof ToPlacement.Digested digest) {
            digests.add(digest);
        } else if (record instanceof ToPlacement.CommandRefused refused) {
            refusals.add(refused.reason());
        } else if (record instanceof ToPlacement.Replicas told) {
            replicas.add(told);
        }
    }

    private void take(RegionView view) {
        RegionView old = regions.get(view.region().id());
        boolean isStale = old != null
                && (view.term() < old.term()
                        || view.region().epoch().isStalerThan(old.region().epoch()));
        if (!isStale) {
            regions.put(view.region().id(), view);
        }
    }

    private FromPlacement registered(Link link, ToPlacement.RegisterStore register) {
        if (!rejection.isEmpty()) {
            return new FromPlacement.Rejected(rejection);
        }
        long store = register.storeId() == 0 ? stores.size() + 1 : register.storeId();
        stores.put(
                store,
                new StoreInfo(
                        store,
                        register.address(),
                        register.httpAddress(),
                        StoreInfo.State.UP,
                        register.startNumber(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0));
        version++;
        links.put(store, link);
        boolean isFirst = store == 1 && regions.isEmpty();
        Region first = new Region(1, KeyRange.ALL, Epoch.FIRST, List.of(new Peer(101, 1, PeerRole.VOTER)));
        return new FromPlacement.Registered(CLUSTER, store, isFirst ? first : null, ids + 1);
    }

    private void answer(Link link, ControlFrame question, FromPlacement record) {
        link.send(codec.encode(question.call(), record));
    }

    @Override
    public void onClose(Link link, String reason) {}
}
