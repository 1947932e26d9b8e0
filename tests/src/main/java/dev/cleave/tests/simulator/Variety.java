package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.store.StoreOptions;
import dev.cleave.region.store.gate.ReadMode;
import dev.cleave.region.store.snapshot.SnapshotOptions;
import dev.cleave.region.store.split.SplitOptions;

/**
 * What differs from seed to seed beside chance: sizes and bounds, so that paths that are rare with sensible ones are taken often with odd ones.
 *
 * @param valueBytes size of the values of the load
 * @param flushProbability how often the engine flushes by itself after a write
 * @param log bounds of the log. A tiny batch means a force for each write: then what waits is not forced together with what was there before
 * @param thinkMillis how long a client waits between two operations: if long, groups fall asleep meanwhile
 */
record Variety(
        int stores, int valueBytes, double flushProbability, StoreOptions options, LogOptions log, long thinkMillis) {
    private static final LogOptions LOG = LogOptions.small().withFreeBytesFloor(64 << 10);

    static Variety of(Randomness randomness) {
        int stores = pick(randomness, 3, 4, 5, 5, 5, 6);
        int valueBytes = pick(randomness, 60, 60, 1_500, 7_000);
        double flushProbability = pick(randomness, 0, 2, 2, 20) / 100.0;
        boolean isTight = randomness.below(3) == 0;
        RaftConfig raft = RaftConfig.defaults();
        RaftConfig tight = new RaftConfig(
                        raft.heartbeatNanos(),
                        raft.electionMinNanos(),
                        raft.electionMaxNanos(),
                        512,
                        3,
                        4_096,
                        64 << 10,
                        256)
                .withCommitNews(stores == 5 ? raft.commitNewsNanos() : 0);
        ReplicaOptions replicas = new ReplicaOptions(
                4_096,
                256,
                64 << 10,
                pick(randomness, 0, 10, 40, 200),
                pick(randomness, 20, 400),
                100_000_000L,
                4_000_000_000L);
        SnapshotOptions snapshots = randomness.below(2) == 0
                ? SnapshotOptions.defaults()
                : new SnapshotOptions(
                        1, 1, 1 << 20, 256 << 10, 4_096, 0, 4_000_000_000L, pick(randomness, 0, 1_000) * 1_000_000L);
        long sleepAfterNanos = pick(randomness, 0, 1, 1, 60, 1_000, 5_000) * 1_000_000L;
        StoreOptions options = StoreOptions.defaults()
                .withRaft((isTight ? tight : raft).withSleepAfter(sleepAfterNanos))
                .withReplicas(replicas)
                .withSnapshots(snapshots)
                .withReads(randomness.below(4) == 0 ? ReadMode.READ_INDEX : ReadMode.LEASED);
        long thinkMillis = pick(randomness, 20, 20, 400, 1_500);
        SplitOptions splits = randomness.below(4) == 0
                ? SplitOptions.defaults().withSize(256 << 10, 2_000_000_000L).withLoad(100, 2)
                : SplitOptions.defaults();
        LogOptions log = randomness.below(3) == 0 ? LOG.withBatchBytesMax(1) : LOG;
        // So little that nothing is kept for followers that lag: they are served from the log.
        long tailsBytes = pick(randomness, 8 << 10, 32 << 20);
        long lazyNanos = pick(randomness, 0, 5, 50, 50, 400) * 1_000_000L;
        options = options.withSplits(splits)
                .withReplicas(replicas.withTailsBytesMax(tailsBytes).withLazyApply(lazyNanos));
        return new Variety(stores, valueBytes, flushProbability, options, log, thinkMillis);
    }

    /** The sizes that stories are told with. */
    static Variety plain(int stores) {
        StoreOptions options = StoreOptions.defaults()
                .withReplicas(new ReplicaOptions(4_096, 256, 64 << 10, 40, 400, 100_000_000L, 4_000_000_000L));
        return new Variety(stores, 100, 0.02, options, LOG, 20);
    }

    /** As {@link #plain}, but no group ever sleeps, so that those with nothing to do hold their leases. */
    static Variety sleepless(int stores) {
        Variety plain = plain(stores);
        RaftConfig raft = plain.options.raft().withSleepAfter(0);
        return new Variety(
                stores, plain.valueBytes, plain.flushProbability, plain.options.withRaft(raft), LOG, plain.thinkMillis);
    }

    /** Whether groups with nothing to do sleep. */
    boolean isSleepy() {
        return options.raft().sleepAfterNanos() > 0;
    }

    private static int pick(Randomness randomness, int... choices) {
        return choices[(int) randomness.below(choices.length)];
    }
}
