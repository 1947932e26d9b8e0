package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.engine.log.SimulatedSegments;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.StageTimes;
import dev.cleave.region.store.IdentityPort;
import dev.cleave.region.store.StoreIdentity;
import dev.cleave.region.store.StoreNode;
import dev.cleave.region.store.StoreParts;
import dev.cleave.region.store.StoreStatus;
import dev.cleave.region.store.report.DiskUse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A store of a simulated cluster: its disks outlive its processes, unless they are lost. */
final class SimStore {
    /** What the digest of a store that is not up says. */
    static final String DOWN = "down";

    static final int PORT = 20160;
    private static final DiskUse DISK = () -> new DiskUse.Space(1L << 40, 1L << 39, 0);

    private final World world;
    private final SimNetwork network;
    private final Crashes crashes;
    private final Referee referee;
    private final Variety variety;
    private final int number;
    private final Moments moments;
    private final Stalls stalls;
    private final HostClock clock;
    private SimulatedDisk logDisk;
    private MemoryDisk engineDisk = new MemoryDisk();
    private Identity identity = new Identity();
    private StoreLedger ledger;
    private final Speech speech;
    private BiConsumer<SimStore, String> died = (store, why) -> {};
    private @Nullable Machine machine;
    private @Nullable StoreNode node;
    private @Nullable KvEngine engine;
    /** Why the placement driver told it to stop; null if it did not. */
    private @Nullable String refusal;

    private boolean mayBeRefused;
    private boolean isLogPressed;

    SimStore(World world, SimNetwork network, Crashes crashes, Referee referee, Variety variety, int number) {
        this.world = world;
        this.network = network;
        this.crashes = crashes;
        this.referee = referee;
        this.variety = variety;
        this.number = number;
        this.logDisk = new SimulatedDisk(world.randomness().fork());
        this.ledger = new StoreLedger(host(), referee, this::isJoint);
        this.stalls = new Stalls(world, world.randomness().fork());
        this.clock = new HostClock(world, world.randomness().fork());
        this.speech = new Speech(host(), referee, clock::nanos, this::membershipOf);
        this.moments = new Moments(
                world.randomness().fork(), () -> die(world.randomness().below(2) == 0, "in the midst of a step"));
    }

    int number() {
        return number;
    }

    String host() {
        return "store" + number;
    }

    /** 0 until PD has given one. */
    long storeId() {
        return identity.saved == null ? 0 : identity.saved.storeId();
    }

    Moments moments() {
        return moments;
    }

    Stalls stalls() {
        return stalls;
    }

    HostClock clock() {
        return clock;
    }

    StoreLedger ledger() {
        return ledger;
    }

    Speech speech() {
        return speech;
    }

    SimulatedDisk logDisk() {
        return logDisk;
    }

    @Nullable
    String refusal() {
        return refusal;
    }

    /** Who hears of a death that came from inside. */
    void onDeath(BiConsumer<SimStore, String> listener) {
        died = listener;
    }

    void start() {
        refusal = null;
        Machine started = new Machine(world, host(), clock);
        started.pause(clock.suspendedNanos());
        machine = started;
        node = null;
        try {
            start(started);
        } catch (Moments.Died dead) {
            Invariant.check(started.isDead(), "who has died is dead");
        } catch (RuntimeException | Error failure) {
            if (Crashes.isOfFullDisk(failure)) {
                referee.count("start-without-space");
                die(false, "its disk is full at start");
                return;
            }
            if (!Crashes.isOfDisk(failure)) {
                throw failure;
            }
            die(true, "its disk failed at start");
        }
    }

    private void start(Machine started) {
        SimAgents agents = new SimAgents(started, crashes.of(started, this::diskFailed), stalls);
        KvEngine opened = new WatchedEngine(
                MemoryStore.open(engineDisk, started.randomness().fork(), variety.flushProbability()),
                host(),
                referee,
                ledger,
                speech,
                moments,
                () -> stalls.atRead(started));
        SharedLog log = SharedLog.open(new SimulatedSegments(logDisk, variety.log()), variety.log(), agents, started);
        engine = opened;
        speech.begins(variety.options().raft().electionMinNanos());
        log.recovered().forEach(image -> startsAgain(opened, image));
        StoreNode starting = new StoreNode(
                new StoreParts(
                        opened,
                        new WatchedLog(log, logDisk, ledger, moments, this::compactions),
                        network.on(started),
                        new Address(host(), PORT),
                        null,
                        new Address(host(), 20180),
                        List.of(SimPlacement.ADDRESS),
                        identity,
                        DISK,
                        agents,
                        started,
                        started.randomness().fork(),
                        variety.options(),
                        StageTimes.NONE),
                this::mustStop);
        node = starting;
        starting.start();
    }

    /** Looks at what engine and log hold of a region before the store does (docs/formats.md: META keys are a kind byte and an id). */
    private void startsAgain(KvEngine engine, GroupImage image) {
        byte[] applied = engine.get(KvEngine.Family.META, metaKey('a', image));
        boolean isBorn = engine.get(KvEngine.Family.META, metaKey('d', image)) != null;
        if (isBorn && applied != null) {
            long index = ByteBuffer.wrap(applied).order(ByteOrder.LITTLE_ENDIAN).getLong(1);
            speech.startsAgain(image.group(), image.replicaId(), index);
        }
        if (!isBorn && image.mark().length == 0) {
            referee.count(image.lastIndex() > image.compactIndex() ? "log-of-unborn-kept" : "vote-of-unborn-kept");
        }
    }

    private static byte[] metaKey(char kind, GroupImage image) {
        return ByteBuffer.allocate(9).put((byte) kind).putLong(image.group()).array();
    }

    private void mustStop(String why) {
        if (!mayBeRefused) {
            throw new Violation(host() + " was told to stop: " + why);
        }
        refusal = why;
        referee.count("wiped-store-refused");
        world.after(0, "stops", () -> kill(false));
    }

    boolean isUp() {
        return machine != null && !machine.isDead();
    }

    Machine machine() {
        return Invariant.present(machine, "the store has been started");
    }

    /** Its disk has failed as it was told to, or holds other bytes than were written, which opening may have left to be found later. */
    private boolean diskFailed(Throwable failure) {
        boolean isRot = ledger.hasRotted() && Crashes.isOfRot(failure);
        if (isRot) {
            referee.count("rot-found-after-start");
        }
        if (isRot || Crashes.isOfDisk(failure)) {
            die(true, "its disk failed");
            return true;
        }
        if (Crashes.isOfFullDisk(failure)) {
            referee.count("ended-on-full-disk");
            die(false, "what was on its way was more than its full disk held ready");
            return true;
        }
        return false;
    }

    private void die(boolean isPowerCut, String why) {
        kill(isPowerCut);
        died.accept(this, why);
    }

    /** Kill -9: what the engine had not flushed is gone. A power cut also takes what the log had not forced. */
    void kill(boolean isPowerCut) {
        countReads();
        machine().kill();
        network.died(machine());
        engineDisk.crash();
        if (isPowerCut) {
            logDisk.crash();
        }
    }

    /** One bit of the log turns around, where damage is no torn tail; false if there is none yet. */
    boolean rot(Randomness chance) {
        boolean hasTurned = logDisk.rot(chance);
        if (hasTurned) {
            ledger.rots();
        }
        return hasTurned;
    }

    /** The disks are gone for good, and with them who this store was. */
    void wipe() {
        Invariant.check(!isUp(), "only a dead store is wiped", host());
        logDisk = new SimulatedDisk(world.randomness().fork());
        engineDisk = new MemoryDisk();
        identity = new Identity();
        ledger = new StoreLedger(host(), referee, this::isJoint);
        mayBeRefused = true;
    }

    List<GroupStatus> statuses() {
        return status().regions().stream().map(StoreStatus.RegionStatus::group).toList();
    }

    /** The regions that it may serve reads of now without asking anybody. */
    List<Region> leased() {
        StoreNode running = node;
        return running == null || !isUp() ? List.of() : running.leased();
    }

    /** What it knows of a region; null if it holds no replica with a descriptor. */
    @Nullable
    Region region(long group) {
        return status().regions().stream()
                .filter(each -> each.group().group() == group)
                .map(StoreStatus.RegionStatus::region)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Counts how the reads of this life were answered. To be called once, at its end. */
    void countReads() {
        StoreStatus.Load load = node == null || !isUp() ? null : status().load();
        if (load != null) {
            referee.count("read-by-lease-at-once", load.reads().atOnce());
            referee.count("read-by-lease-later", load.reads().leased());
            referee.count("read-by-index", load.reads().indexed());
            referee.count("lease-lapsed-in-read", load.reads().lapsed());
        }
    }

    boolean isSendingSnapshots() {
        StoreStatus.Load load = status().load();
        return load != null && load.snapshotsSending() > 0;
    }

    /** Whether the log asks every group to forget what it can, whoever may still want it. */
    void pressLog(boolean isPressed) {
        isLogPressed = isPressed;
    }

    private Map<Long, Long> compactions() {
        return !isLogPressed
                ? Map.of()
                : statuses().stream().collect(Collectors.toMap(GroupStatus::group, status -> Long.MAX_VALUE));
    }

    /** Nothing is being done, and the engine holds no pairs but those of its regions. */
    boolean isAtRest() {
        StoreStatus.Load load = status().load();
        boolean isIdle = load != null
                && load.requestsInFlight() == 0
                && load.bytesInFlight() == 0
                && load.snapshotsSending() == 0
                && load.snapshotsReceiving() == 0;
        return isIdle
                && pairs()
                        == statuses().stream()
                                .mapToLong(each -> pairs(each.group()))
                                .sum();
    }

    private long pairs() {
        long[] count = new long[1];
        try (KvSnapshot snapshot =
                Invariant.present(engine, "the store has been started").snapshot()) {
            snapshot.scan(KvEngine.Family.DATA, KeyRange.ALL, false, (key, value) -> {
                count[0]++;
                return true;
            });
        }
        return count[0];
    }

    private long pairs(long region) {
        Content content = Content.of(Invariant.present(engine, "the store has been started"), region);
        return content == null ? 0 : content.pairs();
    }

    /** What it has to do now, for messages. */
    String load() {
        return String.valueOf(status().load()) + ", " + pairs() + " pairs";
    }

    private @Nullable Membership membershipOf(long group) {
        return statuses().stream()
                .filter(status -> status.group() == group)
                .map(GroupStatus::membership)
                .findFirst()
                .orElse(null);
    }

    private boolean isJoint(long group) {
        return statuses().stream()
                .anyMatch(
                        status -> status.group() == group && status.membership().isJoint());
    }

    private StoreStatus status() {
        return Invariant.present(node, "the store has been started").status();
    }

    /** What the local replica of a region holds, as text that is equal when the data are. */
    String digest(long region) {
        StoreNode running = node;
        return running == null || !isUp()
                ? DOWN
                : running.digest(region)
                        .map(digest -> digest.keys() + " keys " + digest.checksum())
                        .orElse("no replica");
    }

    /** The identity file: saved means durable. */
    private static final class Identity implements IdentityPort {
        private @Nullable StoreIdentity saved;

        @Override
        public Optional<StoreIdentity> load() {
            return Optional.ofNullable(saved);
        }

        @Override
        public void save(StoreIdentity next) {
            saved = next;
        }
    }
}
