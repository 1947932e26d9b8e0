package dev.cleave.placement.server;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.PlacementStub;
import dev.cleave.region.control.PlacementStubOptions;
import dev.cleave.region.control.ReportDigest;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A store that speaks to the placement driver through the real stub, and leads regions of a {@link FakeRegions}. */
final class FakeStore implements PlacementStub.Listener {
    private static final long SECOND = 1_000_000_000L;

    final Address address;
    final long dataUuid;
    long storeId;
    long clusterId;
    long startNumber = 1;
    long mapVersion;
    final List<String> rejections = new ArrayList<>();
    final List<FromPlacement.Command> commands = new ArrayList<>();
    final List<FromPlacement> answers = new ArrayList<>();
    int firstRegionsGiven;
    int askedForAll;
    private final FakeRegions regions;
    private final PlacementStub stub;
    private final Map<Long, RegionView> reported = new LinkedHashMap<>();
    /** Checks that this store has told its digests of. */
    private final java.util.Set<Long> digested = new java.util.HashSet<>();

    boolean isSilentAboutChecks;
    boolean isSilentAboutReplicas;
    boolean isDeafToPutAside;
    final List<FromPlacement.Recover> recoveries = new ArrayList<>();
    final List<FromPlacement.PutAside> putAside = new ArrayList<>();
    private long nextStoreBeat;
    private long nextRegionBeat;

    FakeStore(
            String host,
            long dataUuid,
            FakeRegions regions,
            Network network,
            Address pd,
            Clock clock,
            Randomness random) {
        this.address = new Address(host, 1);
        this.dataUuid = dataUuid;
        this.regions = regions;
        this.stub = new PlacementStub(
                network,
                List.of(pd),
                () -> new Hello(Hello.STORE, clusterId, storeId, dataUuid, startNumber),
                clock,
                random,
                PlacementStubOptions.defaults(),
                this,
                () -> {});
    }

    void turn(long now) {
        stub.doWork(now);
        if (storeId == 0 || !stub.isConnected()) {
            return;
        }
        for (RegionView view : regions.ledBy(storeId)) {
            if (!view.equals(reported.get(view.region().id()))) {
                stub.tell(new ToPlacement.RegionHeartbeat(storeId, view));
                reported.put(view.region().id(), view);
            }
        }
        regions.checks.forEach(this::digest);
        if (now - nextRegionBeat >= 0) {
            nextRegionBeat = now + 10 * SECOND;
            ReportDigest told = new ReportDigest();
            regions.ledBy(storeId).forEach(told::add);
            stub.tell(new ToPlacement.RegionsUnchanged(storeId, told.regions(), told.value()));
        }
        if (now - nextStoreBeat >= 0) {
            nextStoreBeat = now + 3 * SECOND;
            beat();
        }
    }

    private void digest(long region, long check) {
        Peer here = regions.get(region).region().peerOn(storeId).orElse(null);
        if (here != null && !isSilentAboutChecks && digested.add(check)) {
            long checksum = regions.checksums.getOrDefault(here.replicaId(), 7L);
            stub.tell(new ToPlacement.Digested(storeId, check, here.replicaId(), region, 50, 3, checksum));
        }
    }

    /** The higher its id, the more its log holds. */
    private List<ToPlacement.ReplicaState> replicaStates() {
        return regions.all().stream()
                .filter(view -> view.region().peerOn(storeId).isPresent())
                .map(view -> new ToPlacement.ReplicaState(
                        view.region(),
                        view.region().peerOn(storeId).orElseThrow().replicaId(),
                        view.term(),
                        view.term(),
                        100 + storeId,
                        90,
                        90))
                .toList();
    }

    /** Forgets to tell the placement driver about a region, as a lost report would. */
    void skips(RegionView view) {
        reported.put(view.region().id(), view);
    }

    void leave() {
        stub.tell(new ToPlacement.Leaving(storeId));
    }

    void ask(ToPlacement question) {
        stub.ask(question, SECOND, answers::add, () -> answers.add(new FromPlacement.Rejected("no answer")));
    }

    void stop() {
        stub.close();
    }

    @Override
    public void connected() {
        register();
    }

    private void register() {
        stub.ask(
                new ToPlacement.RegisterStore(
                        clusterId, storeId, dataUuid, startNumber, address, new Address(address.host(), 80)),
                SECOND,
                this::registered,
                this::register);
    }

    private void registered(FromPlacement answer) {
        if (answer instanceof FromPlacement.Registered ok) {
            storeId = ok.storeId();
            clusterId = ok.clusterId();
            nextStoreBeat = 0;
            nextRegionBeat = 0;
            reported.clear();
            if (ok.firstRegion() != null) {
                firstRegionsGiven++;
                regions.create(ok.firstRegion());
            }
        } else {
            pushed(answer);
        }
    }

    private void beat() {
        int held = regions.replicasOn(storeId);
        int led = regions.ledBy(storeId).size();
        stub.ask(
                new ToPlacement.StoreHeartbeat(storeId, startNumber, 100, 50, 50, held, led, 0, 0, mapVersion),
                SECOND,
                this::pushed,
                () -> {});
    }

    @Override
    public void disconnected(String reason) {}

    @Override
    public void pushed(FromPlacement record) {
        if (record instanceof FromPlacement.Command command) {
            commands.add(command);
            regions.carryOut(storeId, command);
        } else if (record instanceof FromPlacement.TellReplicas ask && !isSilentAboutReplicas) {
            stub.tell(new ToPlacement.Replicas(storeId, ask.askId(), true, replicaStates()));
        } else if (record instanceof FromPlacement.Recover order) {
            recoveries.add(order);
        } else if (record instanceof FromPlacement.TellRegions) {
            askedForAll++;
            reported.clear();
        } else if (record instanceof FromPlacement.PutAside order && !isDeafToPutAside) {
            putAside.add(order);
            stub.tell(new ToPlacement.Destroyed(storeId, List.of(order.replicaId())));
        } else if (record instanceof FromPlacement.StoreMap map) {
            mapVersion = map.version();
        } else if (record instanceof FromPlacement.Rejected rejected) {
            rejections.add(rejected.message());
            stub.close();
        }
    }
}
