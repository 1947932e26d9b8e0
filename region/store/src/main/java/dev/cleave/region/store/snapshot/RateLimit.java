package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.OwnedBy;

/** A bucket that fills at a steady rate, up to a fiftieth of a second's worth or two chunks. */
@OwnedBy("storage agent")
final class RateLimit {
    private final long bytesPerSecond;
    private final long bucketBytes;
    private long levelBytes;
    private long filledNanos;

    RateLimit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        bucketBytes = Math.max(bytesPerSecond / 50, 2L * SnapshotFrame.CHUNK_BYTES);
        levelBytes = bucketBytes;
    }

    boolean take(int bytes, long nowNanos) {
        long elapsed = Math.min(Math.max(0, nowNanos - filledNanos), 1_000_000_000L);
        long more = elapsed * bytesPerSecond / 1_000_000_000L;
        if (more > 0) {
            levelBytes = Math.min(bucketBytes, levelBytes + more);
            filledNanos = nowNanos;
        }
        if (levelBytes < bytes) {
            return false;
        }
        levelBytes -= bytes;
        return true;
    }
}
