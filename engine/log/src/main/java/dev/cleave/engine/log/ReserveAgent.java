package dev.cleave.engine.log;

import dev.cleave.engine.agents.Agent;
import java.util.concurrent.TimeUnit;

/**
 * Writes the {@link SpaceReserve} ahead of its use: in small steps with pauses, since the log's own forces share the disk, at up to 50 MiB a second. A log that nobody writes
 * to costs nothing.
 */
final class ReserveAgent implements Agent {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SpaceReserve reserve;
    private long dueNanos = Long.MIN_VALUE;
    private long usedBytes;

    ReserveAgent(SpaceReserve reserve) {
        this.reserve = reserve;
    }

    @Override
    public String role() {
        return "log-reserve";
    }

    @Override
    public Turns turns() {
        return Turns.WAITING;
    }

    @Override
    public int doWork(long nowNanos) {
        if (dueNanos != Long.MAX_VALUE && nowNanos < dueNanos) {
            return 0;
        }
        long used = reserve.usedBytes();
        if (reserve.writeAhead()) {
            dueNanos = nowNanos + PAUSE_NANOS;
            return 1;
        }
        dueNanos = used == usedBytes ? Long.MAX_VALUE : nowNanos + LOOK_NANOS;
        usedBytes = used;
        return 0;
    }

    /** In use, it is looked at often; else whenever the host gives every agent a turn. */
    @Override
    public long nextDeadlineNanos() {
        return dueNanos;
    }
}
