package dev.cleave.region.store.split;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.RegionLoad;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up how often regions were asked over some windows, so that what is told of it does not jump with each. */
@OwnedBy("storage agent")
final class AskedLately {
    private static final long PERIOD_NANOS = 5_000_000_000L;

    private final Map<Long, long[]> readsAndWrites = new TreeMap<>();
    private long nanos;

    void add(long region, Load.Window window) {
        if (window.requests() > 0) {
            long[] sums = readsAndWrites.computeIfAbsent(region, id -> new long[2]);
            sums[0] += window.requests() - window.writes();
            sums[1] += window.writes();
        }
    }

    /** The busiest regions of the period that has ended, the busiest first; {@code before} while it has not. */
    List<RegionLoad> windowEnds(long elapsedNanos, List<RegionLoad> before) {
        nanos += elapsedNanos;
        if (nanos < PERIOD_NANOS) {
            return before;
        }
        List<RegionLoad> busiest = readsAndWrites.entrySet().stream()
                .map(each ->
                        new RegionLoad(each.getKey(), perSecond(each.getValue()[0]), perSecond(each.getValue()[1])))
                .sorted(Comparator.comparingLong(RegionLoad::perSecond).reversed())
                .limit(ToPlacement.Loads.REGIONS_MAX)
                .toList();
        readsAndWrites.clear();
        nanos = 0;
        return busiest;
    }

    /** Rounded up: what was asked at all is not told to be idle. */
    private long perSecond(long requests) {
        return (requests * 1_000_000_000L + nanos - 1) / nanos;
    }
}
