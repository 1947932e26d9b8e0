package dev.cleave.region.store;

import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Hello;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.Replicas;
import dev.cleave.region.replica.ReplicasParts;
import dev.cleave.region.store.apply.AdminProposal;
import dev.cleave.region.store.apply.KvStateMachine;
import dev.cleave.region.store.check.Digests;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.expiry.ExpiryOptions;
import dev.cleave.region.store.expiry.ExpirySweep;
import dev.cleave.region.store.gate.Admission;
import dev.cleave.region.store.gate.LeasedReads;
import dev.cleave.region.store.gate.ReadAgents;
import dev.cleave.region.store.gate.ReadGate;
import dev.cleave.region.store.gate.Refusals;
import dev.cleave.region.store.gate.RequestGate;
import dev.cleave.region.store.gate.Roles;
import dev.cleave.region.store.lifecycle.Births;
import dev.cleave.region.store.lifecycle.CompactionDuty;
import dev.cleave.region.store.lifecycle.Creation;
import dev.cleave.region.store.lifecycle.Destroy;
import dev.cleave.region.store.lifecycle.DueSteps;
import dev.cleave.region.store.lifecycle.Endings;
import dev.cleave.region.store.lifecycle.FlushDuty;
import dev.cleave.region.store.lifecycle.Install;
import dev.cleave.region.store.lifecycle.Ranges;
import dev.cleave.region.store.lifecycle.Recovery;
import dev.cleave.region.store.lifecycle.ReplicaLives;
import dev.cleave.region.store.lifecycle.StorageAgent;
import dev.cleave.region.store.lifecycle.StoreState;
import dev.cleave.region.store.report.ChangedRegions;
import dev.cleave.region.store.report.Commands;
import dev.cleave.region.store.report.ControlAgent;
import dev.cleave.region.store.report.DestroyedReplicas;
import dev.cleave.region.store.report.KnownStores;
import dev.cleave.region.store.report.Recoveries;
import dev.cleave.region.store.report.StoreReports;
import dev.cleave.region.store.report.Verdicts;
import dev.cleave.region.store.snapshot.SnapshotFiles;
import dev.cleave.region.store.snapshot.SnapshotReceiver;
import dev.cleave.region.store.snapshot.SnapshotSender;
import dev.cleave.region.store.snapshot.YoungRegions;
import dev.cleave.region.store.split.ChildElections;
import dev.cleave.region.store.split.LoadWatch;
import dev.cleave.region.store.split.Loads;
import dev.cleave.region.store.split.SizeWatch;
import dev.cleave.region.store.split.Sizes;
import dev.cleave.region.store.split.SplitApply;
import dev.cleave.region.store.split.SplitPace;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.ForgottenReplicas;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionStates;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A store that knows who it is: its parts, put together and started. Reads like a parts list on purpose. */
@AnyThread
final class RunningStore implements AutoCloseable {
    private static final long CHILD_DUTY_NANOS = 2_000_000_000L;

    private final StoreParts parts;
    private final HostRef host = new HostRef();
    private final PublishedRegions published = new PublishedRegions();
    private final Roles roles = new Roles();
    private final Refusals refusals;
    private final Admission admission;
    private final LeasedReads leased;
    private final ReadAgents readers;
    private final RequestGate gate;
    private final DueSteps steps = new DueSteps();
    private final ForgottenReplicas forgotten;
    private final Creation creation;
    private final SnapshotSender sender;
    private final SnapshotReceiver receiver;
    private final AgentHandle storage;

    RunningStore(StoreIdentity identity, StoreParts parts, KnownStores stores, ControlAgent control) {
        this.parts = parts;
        StoreOptions options = parts.options();
        EngineDurableApplied durable =
                new EngineDurableApplied(parts.engine(), options.flushWaitNanos(), options.flushBytesMax());
        RegionStates states = new RegionStates();
        ApplyTurn turn = new ApplyTurn();
        ReplicaLives lives = new ReplicaLives(options.uninitializedMax());
        Ranges ranges = new Ranges(published);
        StoreState state = new StoreState(parts.engine(), states, published, turn, durable, lives, ranges);
        SnapshotFiles files = new SnapshotFiles(parts.engine().rangeFiles());
        forgotten = new ForgottenReplicas(parts.engine());
        Recovery.Recovered recovered =
                Recovery.run(state, parts.log().recovered(), parts.log().mayHaveLostGroups(), forgotten, files);

        refusals = new Refusals(published, roles, stores);
        admission = new Admission(options.requestsInFlightMax(), options.bytesInFlightMax());
        ExpiryClock expiryClock = new ExpiryClock(parts.clock());
        leased = new LeasedReads(options.reads(), parts.engine(), expiryClock, host::orNull);
        readers = new ReadAgents(
                new ReadGate(
                        parts.engine(), published, refusals, leased, expiryClock, parts.clock(), parts.network()::here),
                parts.agents(),
                options.readAgents(),
                options.readsQueuedMax());
        Sizes sizes = new Sizes();
        Loads loads = new Loads();
        gate = new RequestGate(
                published,
                roles,
                refusals,
                new RequestGate.Watched(sizes, loads),
                admission,
                readers,
                leased,
                expiryClock,
                parts.clock(),
                host::orNull);

        DestroyedReplicas destroyed = new DestroyedReplicas(lives::destroyed);
        Endings endings = (region, replicaId) -> {
            destroyed.add(replicaId);
            sizes.remove(region);
        };
        Births births = new Births(lives, forgotten, endings);
        Destroy destroy = new Destroy(state, roles, readers, steps, files, endings, host);
        Install install = new Install(state, readers, steps, files, destroy::begin, host);
        creation = new Creation(state, steps, host);
        YoungRegions young = new YoungRegions(options.snapshots().youngNanos());
        sender = new SnapshotSender(
                options.snapshots(),
                parts.log().markBytesMax(),
                state,
                files,
                young,
                stores,
                parts.network(),
                () -> hello(Hello.SNAPSHOT, identity),
                host);
        receiver = new SnapshotReceiver(
                options.snapshots(), parts.log().markBytesMax(), files, lives, ranges, parts.log()::isDiskFull, host);
        SplitPace pace = new SplitPace(options.splits().perSecond());
        SizeWatch sizeWatch = new SizeWatch(
                parts.engine(),
                published,
                sizes,
                options.splits(),
                pace,
                this::leads,
                control::hasPlacement,
                control::divide);
        LoadWatch loadWatch =
                new LoadWatch(parts.engine(), published, loads, options.splits(), pace, this::leads, control::divide);
        ChildElections elections = new ChildElections(
                parts.clock(),
                CHILD_DUTY_NANOS,
                this::leads,
                this::isLeaderless,
                region -> roles.of(region).leaderReplica() != 0,
                region -> host.get().campaign(region));
        Digests digests = new Digests(
                states,
                published,
                (checkId, replicaId, digest) -> control.digested(new ToPlacement.Digested(
                        identity.storeId(),
                        checkId,
                        replicaId,
                        digest.region(),
                        digest.appliedIndex(),
                        digest.keys(),
                        digest.checksum())));
        ExpirySweep expirySweep = new ExpirySweep(
                parts.engine(),
                published,
                expiryClock,
                ExpiryOptions.defaults(),
                this::leads,
                (region, sweep) -> host.get()
                        .propose(
                                region,
                                new AdminProposal(
                                        "sweep",
                                        EpochRules.SWEEP,
                                        region,
                                        EntryType.ADMIN,
                                        sweep.encode(),
                                        parts.clock().nanos()
                                                + options.reports().orderNanos())));
        ChangedRegions changed = new ChangedRegions();
        StoreGroups groups = new StoreGroups(
                new StoreGroups.Stories(
                        births,
                        roles,
                        destroy,
                        install,
                        sender,
                        young,
                        elections,
                        sizeWatch,
                        digests,
                        changed,
                        expiryClock,
                        expirySweep,
                        control),
                parts.clock(),
                sender.inbox()::wake);
        KvStateMachine machine = new KvStateMachine(
                parts.engine(),
                states,
                published,
                turn,
                durable,
                new SplitApply(identity.storeId(), states, births),
                groups,
                Math.max(1, options.splits().bytes() / 8));

        Replicas replicas = Replicas.start(
                new ReplicasParts(
                        options.raft(),
                        parts.log(),
                        machine,
                        groups,
                        durable,
                        stores,
                        parts.network(),
                        () -> hello(Hello.STORE, identity),
                        parts.agents(),
                        parts.clock(),
                        parts.randomness().fork(),
                        options.replicas(),
                        parts.stages()),
                recovered.starts(),
                recovered.toForget().stream()
                        .collect(Collectors.toMap(
                                Recovery.Replica::region, Recovery.Replica::replicaId, (a, b) -> Math.max(a, b))));
        host.set(replicas);
        storage = parts.agents()
                .start(new StorageAgent(
                        steps,
                        List.of(
                                new FlushDuty(durable, published),
                                new CompactionDuty(parts.engine(), parts.log()::isDiskFull),
                                sender,
                                receiver,
                                sizeWatch,
                                loadWatch,
                                digests,
                                expirySweep)));
        steps.ownedBy(storage);
        sender.inbox().ownedBy(storage);
        receiver.inbox().ownedBy(storage);
        destroy.finish(recovered.toForget());
        install.finish(recovered.toUnmark());
        control.reports(new StoreReports(
                identity.storeId(),
                identity.startNumber(),
                new StoreReports.Sources(
                        replicas,
                        published,
                        roles,
                        sizes,
                        sender,
                        receiver,
                        parts.disk(),
                        changed,
                        destroyed,
                        loadWatch),
                stores,
                new Commands(
                        replicas, published, parts.clock(), options.reports().orderNanos()),
                new Verdicts(published, lives, destroy),
                new Recoveries(
                        identity.storeId(),
                        replicas,
                        published,
                        parts.clock(),
                        options.reports().orderNanos()),
                options.reports()));
    }

    static Hello hello(byte role, StoreIdentity identity) {
        return new Hello(role, identity.clusterId(), identity.storeId(), identity.dataUuid(), identity.startNumber());
    }

    RequestGate gate() {
        return gate;
    }

    SnapshotReceiver receiver() {
        return receiver;
    }

    Replicas replicas() {
        return (Replicas) host.get();
    }

    /** The placement driver says that all ids given out before this start are less. */
    void idsBelow(long id) {
        if (forgotten.told(id)) {
            steps.put(parts.engine()::flush);
        }
    }

    /** Makes the cluster's first region here, unless it has been made already. */
    void create(Region first, long storeId) {
        creation.create(first, storeId);
    }

    /** Whether this store leads regions that another could lead. */
    boolean hasMovableLeaders() {
        for (GroupStatus status : host.get().statuses()) {
            if (status.isLeader() && status.membership().voters().length > 1) {
                return true;
            }
        }
        return false;
    }

    void moveLeadersAway() {
        host.get().transferAllLeaders();
    }

    void stopAdmitting() {
        admission.close();
    }

    boolean hasRequestsInFlight() {
        return admission.requestsInFlight() > 0;
    }

    PublishedRegions published() {
        return published;
    }

    /** The regions that may be read here at this moment without asking anybody. */
    List<Region> leased() {
        return published.now().all().stream()
                .filter(local -> host.get().leases().isHeld(local.id()))
                .map(LocalRegion::region)
                .toList();
    }

    StoreStatus.Load load() {
        return new StoreStatus.Load(
                published.now().size(),
                roles.leaders(),
                admission.requestsInFlight(),
                admission.bytesInFlight(),
                sender.active(),
                receiver.active(),
                parts.engine().memoryBytes(),
                parts.log().bytesOnDisk(),
                parts.disk().space(),
                parts.log().isDiskFull(),
                new StoreStatus.Reads(
                        leased.counts().answeredAtOnce(),
                        leased.counts().answeredByLease(),
                        leased.counts().lapsedLeases(),
                        leased.counts().answeredByIndex()));
    }

    /** What clients were told instead of an answer, by kind. */
    Map<KvError.Kind, Long> refusals() {
        return refusals.counts();
    }

    StoreCounts counts() {
        return new StoreCounts(
                gate.counts().rows(),
                gate.counts().moved(),
                refusals.busy(),
                replicas().counts().campaigns(),
                replicas().counts().dropped(),
                sender.sentBytes(),
                receiver.receivedBytes());
    }

    /** How far the furthest replica of each region led here is behind, in entries, in ascending order. */
    long[] lags() {
        return host.get().statuses().stream()
                .filter(GroupStatus::isLeader)
                .mapToLong(GroupStatus::lagEntries)
                .sorted()
                .toArray();
    }

    /** Replicas whose groups sleep. */
    int asleep() {
        return (int)
                host.get().statuses().stream().filter(GroupStatus::isAsleep).count();
    }

    private boolean leads(long region) {
        return roles.of(region).isLeader();
    }

    private boolean isLeaderless(long region) {
        Roles.Standing standing = roles.of(region);
        return standing.role() == Role.FOLLOWER && standing.leaderReplica() == 0;
    }

    @Override
    public void close() {
        host.get().close();
        readers.close();
        storage.close();
    }
}
