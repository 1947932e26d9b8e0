package dev.cleave.region.store.state;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The initialised regions of a store at one moment, by id and in key order. Immutable; no two overlap. */
public final class RegionTable {
    public static final RegionTable EMPTY = new RegionTable(new LocalRegion[0], new LocalRegion[0]);

    private static final Comparator<LocalRegion> BY_START =
            Comparator.comparing(local -> local.region().range().startInclusive());

    private final LocalRegion[] byId;
    private final LocalRegion[] byStart;

    private RegionTable(LocalRegion[] byId, LocalRegion[] byStart) {
        this.byId = byId;
        this.byStart = byStart;
    }

    /** This table after {@code removed} ids left and {@code changed} regions came or changed. */
    RegionTable with(Collection<LocalRegion> changed, Collection<Long> removed) {
        Map<Long, LocalRegion> all = new TreeMap<>();
        for (LocalRegion local : byId) {
            all.put(local.id(), local);
        }
        removed.forEach(all::remove);
        changed.forEach(local -> all.put(local.id(), local));
        LocalRegion[] ids = all.values().toArray(new LocalRegion[0]);
        LocalRegion[] starts = ids.clone();
        java.util.Arrays.sort(starts, BY_START);
        for (int i = 1; i < starts.length; i++) {
            Invariant.check(
                    !starts[i - 1].region().range().overlaps(starts[i].region().range()),
                    "live regions of a store do not overlap",
                    starts[i - 1],
                    starts[i]);
        }
        return new RegionTable(ids, starts);
    }

    public @Nullable LocalRegion byId(long id) {
        int low = 0;
        int high = byId.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compare(byId[middle].id(), id);
            if (order == 0) {
                return byId[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** The regions that overlap {@code range}, in key order. */
    public List<LocalRegion> overlapping(KeyRange range) {
        List<LocalRegion> found = new ArrayList<>();
        for (int i = firstEndingAfter(range.startInclusive()); i < byStart.length; i++) {
            if (!byStart[i].region().range().overlaps(range)) {
                break;
            }
            found.add(byStart[i]);
        }
        return found;
    }

    /** {@code region} and up to {@code neighboursMax} regions that border on it on each side, in key order. */
    public List<LocalRegion> around(long region, int neighboursMax) {
        LocalRegion middle = byId(region);
        if (middle == null) {
            return List.of();
        }
        int at = firstEndingAfter(middle.region().range().startInclusive());
        int from = at;
        while (at - from < neighboursMax && from > 0 && meet(byStart[from - 1], byStart[from])) {
            from--;
        }
        int to = at;
        while (to - at < neighboursMax && to + 1 < byStart.length && meet(byStart[to], byStart[to + 1])) {
            to++;
        }
        return List.of(byStart).subList(from, to + 1);
    }

    /** All regions in ascending order of id. */
    public List<LocalRegion> all() {
        return Collections.unmodifiableList(java.util.Arrays.asList(byId));
    }

    public int size() {
        return byId.length;
    }

    /** The parts of {@code range} that no region but {@code exceptRegion} holds, in key order. */
    public List<KeyRange> unowned(KeyRange range, long exceptRegion) {
        List<KeyRange> gaps = new ArrayList<>();
        Key from = range.startInclusive();
        for (LocalRegion local : overlapping(range)) {
            KeyRange held = local.region().range();
            if (local.id() == exceptRegion) {
                continue;
            }
            if (from.compareTo(held.startInclusive()) < 0) {
                gaps.add(KeyRange.of(from, held.startInclusive()));
            }
            if (!held.hasEnd()) {
                return gaps;
            }
            from = held.endExclusive();
        }
        if (!range.hasEnd() || from.compareTo(range.endExclusive()) < 0) {
            gaps.add(KeyRange.of(from, range.endExclusive()));
        }
        return gaps;
    }

    private static boolean meet(LocalRegion left, LocalRegion right) {
        return left.region().range().hasEnd()
                && left.region()
                        .range()
                        .endExclusive()
                        .equals(right.region().range().startInclusive());
    }

    private int firstEndingAfter(Key key) {
        int low = 0;
        int high = byStart.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            KeyRange range = byStart[middle].region().range();
            if (range.hasEnd() && range.endExclusive().compareTo(key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
