package dev.cleave.region.store.split;

import dev.cleave.engine.base.OwnedBy;

/** How many splits a store asks for by itself: so many per second and no more, however many regions are due at once. */
@OwnedBy("storage agent")
public final class SplitPace {
    private final long pauseNanos;
    private final int burst;
    private long level;
    private long filledNanos;

    public SplitPace(int perSecond) {
        pauseNanos = 1_000_000_000L / perSecond;
        burst = perSecond;
        level = perSecond;
    }

    boolean mayAsk(long nowNanos) {
        long more = (nowNanos - filledNanos) / pauseNanos;
        if (more > 0) {
            level = Math.min(burst, level + more);
            filledNanos = level == burst ? nowNanos : filledNanos + more * pauseNanos;
        }
        if (level == 0) {
            return false;
        }
        level--;
        return true;
    }
}
