package dev.cleave.region.store;

import dev.cleave.region.control.PlacementStubOptions;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.store.gate.ReadMode;
import dev.cleave.region.store.report.ReportOptions;
import dev.cleave.region.store.snapshot.SnapshotOptions;
import dev.cleave.region.store.split.SplitOptions;

/**
 * Bounds and intervals of a store.
 *
 * @param readAgents threads that read the engine for clients
 * @param readsQueuedMax reads that wait for one of them
 * @param requestsInFlightMax requests between arrival and answer; beyond it clients hear "busy"
 * @param bytesInFlightMax bytes of such requests
 * @param splits when regions are divided without being asked
 * @param flushWaitNanos how long applied entries may keep the log from being cut before a flush is forced
 * @param flushBytesMax how many bytes of applied entries may do so
 * @param uninitializedMax replicas without a descriptor that may exist at once
 * @param reads how reads are made linearizable
 */
public record StoreOptions(
        RaftConfig raft,
        ReplicaOptions replicas,
        SnapshotOptions snapshots,
        ReportOptions reports,
        PlacementStubOptions placement,
        int readAgents,
        int readsQueuedMax,
        int requestsInFlightMax,
        long bytesInFlightMax,
        SplitOptions splits,
        long flushWaitNanos,
        long flushBytesMax,
        int uninitializedMax,
        ReadMode reads) {

    public StoreOptions {
        require(readAgents >= 1 && readAgents <= 64, "readAgents is 1 to 64");
        require(readsQueuedMax >= 16, "readsQueuedMax is at least 16");
        require(requestsInFlightMax >= 1, "requestsInFlightMax is positive");
        require(bytesInFlightMax >= 8 << 20, "bytesInFlightMax is at least 8 MiB, room for the largest request");
        require(flushWaitNanos > 0 && flushBytesMax > 0, "intervals and bounds are positive");
        require(uninitializedMax >= 1, "uninitializedMax is positive");
    }

    public static StoreOptions defaults() {
        return new StoreOptions(
                RaftConfig.defaults(),
                ReplicaOptions.defaults(),
                SnapshotOptions.defaults(),
                ReportOptions.defaults(),
                PlacementStubOptions.defaults(),
                1,
                16_384,
                50_000,
                128L << 20,
                SplitOptions.defaults(),
                30_000_000_000L,
                256L << 20,
                10_000,
                ReadMode.LEASED);
    }

    public StoreOptions withRaft(RaftConfig config) {
        return new StoreOptions(
                config,
                replicas,
                snapshots,
                reports,
                placement,
                readAgents,
                readsQueuedMax,
                requestsInFlightMax,
                bytesInFlightMax,
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    public StoreOptions withReplicas(ReplicaOptions options) {
        return new StoreOptions(
                raft,
                options,
                snapshots,
                reports,
                placement,
                readAgents,
                readsQueuedMax,
                requestsInFlightMax,
                bytesInFlightMax,
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    public StoreOptions withSnapshots(SnapshotOptions options) {
        return new StoreOptions(
                raft,
                replicas,
                options,
                reports,
                placement,
                readAgents,
                readsQueuedMax,
                requestsInFlightMax,
                bytesInFlightMax,
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    public StoreOptions withReports(ReportOptions options) {
        return new StoreOptions(
                raft,
                replicas,
                snapshots,
                options,
                placement,
                readAgents,
                readsQueuedMax,
                requestsInFlightMax,
                bytesInFlightMax,
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    /** With the bounds that a share of memory sets. */
    public StoreOptions withMemory(StoreMemory memory) {
        return new StoreOptions(
                raft,
                replicas.withTailsBytesMax(memory.entryCacheBytes()),
                snapshots,
                reports,
                placement,
                readAgents,
                readsQueuedMax,
                requestsInFlightMax,
                memory.inFlightBytes(),
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    public StoreOptions withReads(ReadMode mode) {
        return new StoreOptions(
                raft,
                replicas,
                snapshots,
                reports,
                placement,
                readAgents,
                readsQueuedMax,
                requestsInFlightMax,
                bytesInFlightMax,
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                mode);
    }

    public StoreOptions withReadAgents(int agents) {
        return new StoreOptions(
                raft,
                replicas,
                snapshots,
                reports,
                placement,
                agents,
                readsQueuedMax,
                requestsInFlightMax,
                bytesInFlightMax,
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    public StoreOptions withRequestsInFlightMax(int requests) {
        return new StoreOptions(
                raft,
                replicas,
                snapshots,
                reports,
                placement,
                readAgents,
                readsQueuedMax,
                requests,
                bytesInFlightMax,
                splits,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    public StoreOptions withSplits(SplitOptions options) {
        return new StoreOptions(
                raft,
                replicas,
                snapshots,
                reports,
                placement,
                readAgents,
                readsQueuedMax,
                requestsInFlightMax,
                bytesInFlightMax,
                options,
                flushWaitNanos,
                flushBytesMax,
                uninitializedMax,
                reads);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("store options: " + message);
        }
    }
}
