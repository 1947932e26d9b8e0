package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.DiskFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a disk that hangs: writes wait, and none is forced. First leadership goes to others, who can serve; if the disk still does not answer, the process
 * ends. Counts only time in which this agent was running itself, so that a process that was stopped for a while does not blame its disk.
 */
@OwnedBy("replica agent")
final class DiskWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
    private static final long LOOK_NANOS = 100_000_000L;
    private static final long STEP_NANOS_MAX = 2 * LOOK_NANOS;
    private static final long HAND_OVER_AGAIN_NANOS = 1_000_000_000L;

    private final long handOverNanos;
    private final long endNanos;
    private final HandOver handOver;
    private long lookedNanos;
    private long forcedSeen = -1;
    private long waitedNanos;
    private long nextHandOverNanos;
    private boolean isWaiting;

    DiskWatch(long handOverNanos, long endNanos, HandOver handOver) {
        this.handOverNanos = handOverNanos;
        this.endNanos = endNanos;
        this.handOver = handOver;
    }

    /**
     * Looks whether the log goes on: {@code handed} writes have been given to it so far, {@code forced} of them have come back.
     *
     * @throws DiskFailure if nothing has come back for too long
     */
    void look(long now, long handed, long forced) {
        if (handed == forced || forced != forcedSeen || !isWaiting) {
            forcedSeen = forced;
            isWaiting = handed != forced;
            lookedNanos = now;
            waitedNanos = 0;
            nextHandOverNanos = handOverNanos;
            return;
        }
        isWaiting = true;
        long passed = now - lookedNanos;
        if (passed < LOOK_NANOS) {
            return;
        }
        lookedNanos = now;
        waitedNanos += Math.min(passed, STEP_NANOS_MAX);
        act(now);
    }

    private void act(long now) {
        if (waitedNanos >= endNanos) {
            throw new DiskFailure("the disk of the log has not answered for " + waitedNanos / 1_000_000L
                    + " ms; nothing that waited for it was acknowledged");
        }
        if (waitedNanos >= nextHandOverNanos) {
            // Again and again: who lags now may have caught up a second later.
            nextHandOverNanos = waitedNanos + HAND_OVER_AGAIN_NANOS;
            LOG.warn(
                    "event=disk-hangs waited-millis={} action=\"leaderships are handed over\"",
                    waitedNanos / 1_000_000L);
            handOver.handOver(now);
        }
    }

    /** When to look again; {@link Long#MAX_VALUE} while nothing waits. */
    long nextNanos() {
        return isWaiting ? lookedNanos + LOOK_NANOS : Long.MAX_VALUE;
    }

    /** Gives all leaderships away. */
    @FunctionalInterface
    interface HandOver {
        void handOver(long now);
    }
}
