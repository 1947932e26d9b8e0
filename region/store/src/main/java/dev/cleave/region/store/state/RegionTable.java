package dev.cleave.region.store.state;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The initialised regions of a store at one moment, by id and in key order. Immutable; no two overlap. */
public final class RegionTable {
    private static final LocalRegion[] NONE = {};
    public static final RegionTable EMPTY = new RegionTable(NONE, NONE);

    private static final Comparator<LocalRegion> BY_ID = Comparator.comparingLong(LocalRegion::id);
    private static final Comparator<LocalRegion> BY_START =
            Comparator.comparing(local -> local.region().range().startInclusive());

    private final LocalRegion[] byId;
    private final LocalRegion[] byStart;

    private RegionTable(LocalRegion[] byId, LocalRegion[] byStart) {
        this.byId = byId;
        this.byStart = byStart;
    }

    /** This table after {@code removed} ids left and {@code changed} regions came or changed. Costs one copy of the table. */
    RegionTable with(Collection<LocalRegion> changed, Collection<Long> removed) {
        Set<Long> replaced = new HashSet<>(removed);
        changed.forEach(local -> replaced.add(local.id()));
        List<LocalRegion> ids = without(byId, replaced);
        List<LocalRegion> starts = without(byStart, replaced);
        for (LocalRegion local : changed) {
            insert(ids, local, BY_ID);
            int at = insert(starts, local, BY_START);
            checkBorder(starts, at - 1);
            checkBorder(starts, at);
        }
        return new RegionTable(ids.toArray(NONE), starts.toArray(NONE));
    }

    private static List<LocalRegion> without(LocalRegion[] all, Set<Long> ids) {
        List<LocalRegion> left = new ArrayList<>(all.length + 4);
        for (LocalRegion local : all) {
            if (!ids.contains(local.id())) {
                left.add(local);
            }
        }
        return left;
    }

    private static int insert(List<LocalRegion> into, LocalRegion local, Comparator<LocalRegion> order) {
        int found = Collections.binarySearch(into, local, order);
        Invariant.check(found < 0, "live regions of a store do not begin at one key", local);
        into.add(-found - 1, local);
        return -found - 1;
    }

    private static void checkBorder(List<LocalRegion> starts, int left) {
        if (left >= 0 && left + 1 < starts.size()) {
            Invariant.check(
                    !starts.get(left)
                            .region()
                            .range()
                            .overlaps(starts.get(left + 1).region().range()),
                    "live regions of a store do not overlap",
                    starts.get(left),
                    starts.get(left + 1));
        }
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
        return List.copyOf(Arrays.asList(byStart).subList(from, to + 1));
    }

    /** All regions in ascending order of id. */
    public List<LocalRegion> all() {
        return Collections.unmodifiableList(Arrays.asList(byId));
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
