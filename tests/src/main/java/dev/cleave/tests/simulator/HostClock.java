package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;

/**
 * The two clocks of one host, as its processes read them; they outlive its processes. The monotonic one runs at a pace of its own, and stands still while
 * the whole machine is suspended (but not while a process is stopped). The wall clock goes on during a suspension, may be set, and may stop.
 */
final class HostClock implements Clock {
    /** Parts per thousand either way: what leases allow for. */
    private static final long DRIFT_MAX = 100;

    private static final long ORIGIN_NANOS_MAX = 1_000_000_000_000L;

    private final World world;
    private long pacePermille;
    private long sinceNanos;
    private long atSinceNanos;
    private boolean isSuspended;
    private long resumesNanos;
    private long wallAheadMillis;
    private boolean isWallStopped;
    private long wallStoppedAtMillis;

    HostClock(World world, Randomness randomness) {
        this.world = world;
        boolean isExact = randomness.below(3) == 0;
        pacePermille = isExact ? 1_000 : randomness.between(1_000 - DRIFT_MAX, 1_000 + DRIFT_MAX + 1);
        sinceNanos = world.nanos();
        atSinceNanos = randomness.between(1_000_000_000L, ORIGIN_NANOS_MAX);
    }

    @Override
    public long nanos() {
        return isSuspended ? atSinceNanos : atSinceNanos + (world.nanos() - sinceNanos) / 1_000 * pacePermille;
    }

    @Override
    public long wallMillis() {
        return isWallStopped ? wallStoppedAtMillis : world.wallMillis() + wallAheadMillis;
    }

    /** From now on it runs at this pace; 1,000 is right. */
    void setPace(long permille) {
        atSinceNanos = nanos();
        sinceNanos = world.nanos();
        pacePermille = permille;
    }

    /** How long {@code nanos} of this clock take in truth. */
    long worldNanos(long nanos) {
        return nanos / pacePermille * 1_000 + 1_000;
    }

    boolean isDisturbed() {
        return isSuspended || isWallStopped;
    }

    /** The machine is suspended, and with it the monotonic clock; whoever does it pauses its process too. */
    void suspend(long nanos) {
        atSinceNanos = nanos();
        isSuspended = true;
        resumesNanos = world.nanos() + nanos;
        world.after(nanos, "resume", () -> {
            isSuspended = false;
            sinceNanos = world.nanos();
        });
    }

    /** For how long the machine will still be suspended. */
    long suspendedNanos() {
        return isSuspended ? resumesNanos - world.nanos() : 0;
    }

    /** Somebody sets the wall clock. */
    void setWall(long byMillis) {
        wallAheadMillis += byMillis;
    }

    /** The wall clock stops for a while, and is behind by that from then on. */
    void stopWall(long nanos) {
        wallStoppedAtMillis = wallMillis();
        isWallStopped = true;
        world.after(nanos, "wall-goes-on", () -> {
            isWallStopped = false;
            wallAheadMillis = wallStoppedAtMillis - world.wallMillis();
        });
    }
}
