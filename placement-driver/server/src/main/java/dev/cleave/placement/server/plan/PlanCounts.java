package dev.cleave.placement.server.plan;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.OperatorView;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How operators ended and how long their steps took, as this node has seen it since it began. Written by the placement agent. */
@AnyThread
public final class PlanCounts {
    /** Where the buckets of steps end; one more holds what took longer. */
    private static final long[] BOUNDS_MILLIS = {10, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000, 600_000};

    private final Map<Operator.Kind, Map<OperatorView.State, Long>> ended = new EnumMap<>(Operator.Kind.class);
    private final Map<String, Steps> steps = new ConcurrentHashMap<>();

    /**
     * Steps of one kind.
     *
     * @param counts one per bound, and one for what took longer
     */
    public record Steps(double seconds, long[] counts) {
        Steps with(long nanos) {
            long[] more = counts.clone();
            int bucket = 0;
            while (bucket < BOUNDS_MILLIS.length && nanos > BOUNDS_MILLIS[bucket] * 1_000_000L) {
                bucket++;
            }
            more[bucket]++;
            return new Steps(seconds + nanos / 1e9, more);
        }
    }

    public PlanCounts() {
        for (Operator.Kind kind : Operator.Kind.values()) {
            Map<OperatorView.State, Long> none = new ConcurrentHashMap<>();
            none.put(OperatorView.State.DONE, 0L);
            none.put(OperatorView.State.CANCELLED, 0L);
            ended.put(kind, none);
        }
    }

    void ended(Operator.Kind kind, OperatorView.State state) {
        Map<OperatorView.State, Long> ofKind = ended.get(kind);
        if (ofKind != null) {
            ofKind.merge(state, 1L, Long::sum);
        }
    }

    void took(Step step, long nanos) {
        Steps none = new Steps(0, new long[BOUNDS_MILLIS.length + 1]);
        steps.merge(step.word(), none.with(nanos), (before, one) -> before.with(nanos));
    }

    /** In seconds. */
    public static double[] bounds() {
        double[] seconds = new double[BOUNDS_MILLIS.length];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = BOUNDS_MILLIS[i] / 1e3;
        }
        return seconds;
    }

    /** Operators that have ended, by kind and how. */
    public Map<Operator.Kind, Map<OperatorView.State, Long>> ended() {
        return ended;
    }

    /** Steps that were done, by what they are. */
    public Map<String, Steps> steps() {
        return new TreeMap<>(steps);
    }
}
