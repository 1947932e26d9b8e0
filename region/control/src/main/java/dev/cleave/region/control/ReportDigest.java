package dev.cleave.region.control;

import dev.cleave.region.protocol.RegionView;
import java.util.List;

/**
 * A number that stands for a set of reports on regions, in whatever order they are added. A store makes one of what it last told about each region that it leads, the placement
 * driver one of what it last heard: where they are equal nothing need be told again.
 */
public final class ReportDigest {
    private int regions;
    private long sum;

    public ReportDigest add(RegionView view) {
        return add(of(view));
    }

    /** Adds a report by its {@link #of}. */
    public ReportDigest add(long report) {
        sum += report;
        regions++;
        return this;
    }

    /** What one report adds. */
    public static long of(RegionView view) {
        long mixed = mix(0, view.region().id());
        mixed = mix(mixed, view.region().epoch().confVersion());
        mixed = mix(mixed, view.region().epoch().version());
        mixed = mix(mixed, view.leaderStore());
        mixed = mix(mixed, view.term());
        mixed = mix(mixed, view.commitIndex());
        mixed = mix(mixed, view.appliedIndex());
        mixed = mix(mixed, view.approximateBytes());
        mixed = mix(mixed, view.pendingReplicas());
        return mix(mixed, view.downReplicas());
    }

    /** How many reports were added. */
    public int regions() {
        return regions;
    }

    public long value() {
        return sum;
    }

    private static long mix(long before, List<Long> replicas) {
        long mixed = mix(before, replicas.size());
        for (int i = 0; i < replicas.size(); i++) {
            mixed = mix(mixed, replicas.get(i));
        }
        return mixed;
    }

    /** The finish of SplitMix64: each bit of what comes in moves about half of those that go out. */
    private static long mix(long before, long next) {
        long z = before * 31 + next + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
