package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How much processor time agents take for their turns, by role. Threads do not tell that, since agents share them. Costs two looks at the clock of the thread per turn, system calls
 * both; {@link #NONE} looks at no clock.
 */
@AnyThread
public final class TurnTimes {
    /** Nobody wants to know. */
    public static final TurnTimes NONE = new TurnTimes(null);

    private final @Nullable ThreadMXBean threads;
    private final Map<String, LongAdder> nanosByRole = new ConcurrentHashMap<>();

    private TurnTimes(@Nullable ThreadMXBean threads) {
        this.threads = threads;
    }

    public static TurnTimes measured() {
        return new TurnTimes(ManagementFactory.getThreadMXBean());
    }

    /** Where an agent of that role is told of its turns. Agents of one role share it. */
    LongAdder of(String role) {
        return threads == null ? new LongAdder() : nanosByRole.computeIfAbsent(role, any -> new LongAdder());
    }

    /** Of the current thread so far; always 0 if nobody wants to know. */
    long nanos() {
        return threads == null ? 0 : threads.getCurrentThreadCpuTime();
    }

    public SortedMap<String, Long> nanosByRole() {
        SortedMap<String, Long> sums = new TreeMap<>();
        nanosByRole.forEach((role, nanos) -> sums.put(role, nanos.sum()));
        return sums;
    }
}
