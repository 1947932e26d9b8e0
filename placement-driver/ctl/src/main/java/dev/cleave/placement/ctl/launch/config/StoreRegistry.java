package dev.cleave.placement.ctl.launch.config;

import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.launch.process.StoreSettings;
import dev.cleave.region.store.StoreMemory;
import dev.cleave.region.store.StoreOptions;
import dev.cleave.region.store.gate.ReadMode;
import dev.cleave.region.store.snapshot.SnapshotOptions;
import dev.cleave.region.store.split.SplitOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All settings of a store. */
public final class StoreRegistry {
    private static final StoreOptions OPTIONS = StoreOptions.defaults();
    private static final SplitOptions SPLITS = SplitOptions.defaults();
    private static final SnapshotOptions SNAPSHOTS = SnapshotOptions.defaults();

    static final Setting<Path> DATA = LinkSettings.data("./data/store1");
    static final Setting<List<Address>> PD = Setting.required(
            "pd",
            Forms.addresses(),
            "127.0.0.1:2379",
            "Addresses of the placement driver's members; any of them will do.");
    static final Setting<Address> LISTEN = Setting.of(
            "listen", Forms.address(), new Address("127.0.0.1", 20160), "Where clients and other stores reach it.");
    static final Setting<Address> HTTP = Setting.of(
            "http", Forms.address(), new Address("127.0.0.1", 20180), "Where its HTTP API is: keys, status, metrics.");
    static final Setting<Address> ADVERTISE = LinkSettings.advertise("10.0.0.2:20160");
    static final Setting<Long> MEMORY = Setting.of(
            "memory",
            Forms.size(StoreMemory.BYTES_MIN, 1L << 40),
            StoreMemory.defaults().bytes(),
            "What its process may take, shared out among heap, network and engine.");
    static final Setting<ReadMode> READS = Setting.of(
            "reads",
            Forms.choice(Map.of("leased", ReadMode.LEASED, "index", ReadMode.READ_INDEX)),
            OPTIONS.reads(),
            "How reads are made linearizable: by the leader's lease, which relies on clocks of one pace to 10 %, or by a round of"
                    + " heartbeats, which relies on no clock. Stores may differ.");
    static final Setting<Boolean> SYNC = Setting.of(
            "sync",
            Forms.yesOrNo(),
            true,
            "Whether a write is on disk before it is acknowledged. With false a power cut LOSES ACKNOWLEDGED WRITES, and with them"
                    + " votes, so that replicas may differ for good: for experiments only.");
    static final Setting<Integer> EVENT_LOOPS = Setting.of(
            "network-threads",
            Forms.count(1, 64),
            StoreSettings.EVENT_LOOPS,
            "Threads for connections of clients and other servers.");
    static final Setting<Integer> READ_THREADS = Setting.of(
            "read-threads",
            Forms.count(1, 64),
            OPTIONS.readAgents(),
            "Threads that read what is not in memory, and large scans.");
    static final Setting<Integer> REQUESTS = Setting.of(
            "requests-max",
            Forms.count(1, 10_000_000),
            OPTIONS.requestsInFlightMax(),
            "Requests between arrival and answer; beyond it clients hear \"busy\".");
    static final Setting<Long> SPLIT_SIZE = Setting.of(
            "split-size",
            Forms.size(64 << 10, 1L << 40),
            SPLITS.bytes(),
            "A region larger than this is divided; one three times as large takes no more data until it is.");
    static final Setting<Integer> SPLIT_KEYS = Setting.of(
            "split-keys", Forms.count(16, 2_000_000_000), (int) SPLITS.keys(), "So is one with about so many pairs.");
    static final Setting<Integer> SPLIT_REQUESTS = Setting.of(
            "split-requests",
            Forms.count(0, 2_000_000_000),
            (int) SPLITS.requestsPerSecond(),
            "A region that is asked so often per second, for ten seconds, is divided where that halves its load; 0: none is. It pays only if the pieces are then moved to other stores.");
    static final Setting<Duration> SLEEP = Setting.of(
            "sleep-after",
            Forms.time(Duration.ZERO, Duration.ofHours(1)),
            Duration.ofNanos(OPTIONS.raft().sleepAfterNanos()),
            "How long nothing must have happened before a region sleeps and costs nothing; 0 for never.");
    static final Setting<Long> SNAPSHOT_RATE = Setting.of(
            "snapshot-rate",
            Forms.size(1 << 20, 1L << 40),
            SNAPSHOTS.bytesPerSecond(),
            "What all replicas that are sent whole may take of network and disks together, per second.");
    static final Setting<Integer> SNAPSHOTS_SENDING = Setting.of(
            "snapshots-sending-max",
            Forms.count(1, 64),
            SNAPSHOTS.sendingMax(),
            "Replicas that are sent whole at the same time.");
    static final Setting<Integer> SNAPSHOTS_RECEIVING = Setting.of(
            "snapshots-receiving-max",
            Forms.count(1, 64),
            SNAPSHOTS.receivingMax(),
            "Replicas that are received whole at the same time.");

    static final List<Setting<?>> ALL = Stream.of(
                    List.of(DATA, PD, LISTEN, HTTP, ADVERTISE, MEMORY, READS, SYNC),
                    List.<Setting<?>>of(
                            SPLIT_SIZE,
                            SPLIT_KEYS,
                            SPLIT_REQUESTS,
                            SLEEP,
                            REQUESTS,
                            READ_THREADS,
                            EVENT_LOOPS,
                            SNAPSHOT_RATE,
                            SNAPSHOTS_SENDING,
                            SNAPSHOTS_RECEIVING),
                    LinkSettings.DISK,
                    LinkSettings.NETWORK,
                    LinkSettings.WEB)
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private StoreRegistry() {}

    /** A store as these settings say. */
    public static StoreSettings settings(Settings from) {
        SnapshotOptions snapshots = new SnapshotOptions(
                from.get(SNAPSHOTS_SENDING),
                from.get(SNAPSHOTS_RECEIVING),
                from.get(SNAPSHOT_RATE),
                SNAPSHOTS.windowBytes(),
                SNAPSHOTS.fileBytesMax(),
                SNAPSHOTS.inlineBytesMax(),
                SNAPSHOTS.silenceNanos(),
                SNAPSHOTS.youngNanos());
        SplitOptions splits = SPLITS.withSize(from.get(SPLIT_SIZE), SPLITS.roundNanos())
                .withKeys(from.get(SPLIT_KEYS))
                .withLoad(from.get(SPLIT_REQUESTS), SPLITS.hotWindows());
        StoreOptions options = OPTIONS.withReads(from.get(READS))
                .withReadAgents(from.get(READ_THREADS))
                .withRequestsInFlightMax(from.get(REQUESTS))
                .withSplits(splits)
                .withSnapshots(snapshots)
                .withRaft(OPTIONS.raft().withSleepAfter(from.get(SLEEP).toNanos()));
        LogOptions log = LinkSettings.log(from).withSync(from.get(SYNC));
        return new StoreSettings(
                LinkSettings.server(from, DATA, LISTEN, HTTP, ADVERTISE, log),
                from.get(PD),
                new StoreMemory(from.get(MEMORY)),
                1,
                options,
                from.get(EVENT_LOOPS));
    }
}
