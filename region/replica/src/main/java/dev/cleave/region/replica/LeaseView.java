package dev.cleave.region.replica;

import dev.cleave.engine.base.AnyThread;

/**
 * A leader's lease as every thread may see it. Who reads by it looks before the read and again after it, at both clocks: the answer stands if the same
 * lease still holds then. A wall clock that has gone ahead further than the monotonic one tells of a machine that was suspended; one that has gone
 * back tells nothing, so it ends the lease too.
 *
 * @param number counted up with each lease of this process. A renewal keeps it; a lease that ended early never comes back under its number
 * @param endNanos when it ends on the monotonic clock
 * @param sentWallMillis what the wall clock showed when it began to count
 * @param wallMillisMax how far the wall clock may go ahead from there
 */
@AnyThread
public record LeaseView(long number, long term, long endNanos, long sentWallMillis, long wallMillisMax) {
    /** No lease. */
    public static final LeaseView NONE = new LeaseView(0, 0, 0, 0, 0);

    public boolean isHeld(long nowNanos, long nowWallMillis) {
        long wallMillis = nowWallMillis - sentWallMillis;
        return number != 0 && endNanos - nowNanos > 0 && wallMillis >= 0 && wallMillis < wallMillisMax;
    }
}
