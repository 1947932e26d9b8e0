package dev.cleave.placement.server.observed;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.ReportDigest;
import dev.cleave.region.control.ToPlacement.RegionsUnchanged;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The regions by key, rebuilt from the heartbeats of their leaders. Those in the tree never overlap; what overlapped and was older has been
 * put aside, but is still known by its id.
 */
@OwnedBy("placement agent")
public final class RegionTree {
    private final TreeMap<Key, Known> byStart = new TreeMap<>();
    private final TreeMap<Long, Known> byId = new TreeMap<>();

    /** What a report did. */
    public enum Outcome {
        /** Older than what is known: nothing was changed. */
        STALE,
        /** Nothing new but the time and figures. */
        REPEATED,
        /** Epoch, leader, term, pending or down replicas are new. */
        CHANGED
    }

    /** A region and when it was last heard of. */
    public record Known(RegionView view, long heardNanos) {
        public Region region() {
            return view.region();
        }
    }

    /** Takes a leader's report, unless it is older than what is known of this region or of one that it overlaps. */
    public Outcome update(RegionView view, long nowNanos) {
        Region region = view.region();
        Known before = byId.get(region.id());
        if (before != null && isOlder(view, before.view)) {
            return Outcome.STALE;
        }
        List<Known> overlapped = overlapping(region.range(), Integer.MAX_VALUE);
        for (Known other : overlapped) {
            boolean isOther = other.region().id() != region.id();
            if (isOther && region.epoch().version() < other.region().epoch().version()) {
                return Outcome.STALE;
            }
        }
        if (before != null) {
            removeFromTree(before);
        }
        overlapped.forEach(this::removeFromTree);
        Known now = new Known(view, nowNanos);
        byStart.put(region.range().startInclusive(), now);
        byId.put(region.id(), now);
        return before == null || isNews(before.view, view) ? Outcome.CHANGED : Outcome.REPEATED;
    }

    /**
     * All regions that the store was last heard to lead count as heard of now, if they are just those that it means. False, and nothing changes, if they are not; of whom it has told
     * nothing for {@code silenceNanos} it may know nothing any more.
     */
    public boolean confirm(RegionsUnchanged told, long nowNanos, long silenceNanos) {
        ReportDigest digest = new ReportDigest();
        List<Known> led = new ArrayList<>();
        for (Known known : byId.values()) {
            if (known.view.leaderStore() == told.storeId() && nowNanos - known.heardNanos <= silenceNanos) {
                digest.add(known.view);
                led.add(known);
            }
        }
        if (digest.regions() != told.regions() || digest.value() != told.digest()) {
            return false;
        }
        for (Known known : led) {
            Known again = new Known(known.view, nowNanos);
            byId.put(known.region().id(), again);
            byStart.replace(known.region().range().startInclusive(), known, again);
        }
        return true;
    }

    /** The region as last heard of, also if a newer neighbour covers it now. */
    public @Nullable Known byId(long regionId) {
        return byId.get(regionId);
    }

    public @Nullable Known at(Key key) {
        Map.Entry<Key, Known> floor = byStart.floorEntry(key);
        return floor != null && floor.getValue().region().range().contains(key) ? floor.getValue() : null;
    }

    /** Regions that overlap {@code range}, in key order; there may be holes between them. */
    public List<Known> overlapping(KeyRange range, int limit) {
        List<Known> found = new ArrayList<>();
        Known first = at(range.startInclusive());
        if (first != null) {
            found.add(first);
        }
        for (Known known : byStart.tailMap(range.startInclusive(), false).values()) {
            if (found.size() >= limit || !known.region().range().overlaps(range)) {
                break;
            }
            found.add(known);
        }
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** Regions from the start of {@code range} on without a hole: empty if nothing is known of its first key. */
    public List<Known> tiling(KeyRange range, int limit) {
        List<Known> tiles = new ArrayList<>();
        Key next = range.startInclusive();
        for (Known known : overlapping(range, limit)) {
            if (!known.region().range().contains(next)) {
                break;
            }
            tiles.add(known);
            next = known.region().range().endExclusive();
            if (next.isEmpty()) {
                break;
            }
        }
        return tiles;
    }

    /** The first key of which nothing is known, null if the regions tile everything. */
    public @Nullable Key firstHole() {
        Key next = Key.EMPTY;
        for (Known known : byStart.values()) {
            if (!known.region().range().startInclusive().equals(next)) {
                return next;
            }
            next = known.region().range().endExclusive();
            if (next.isEmpty()) {
                return null;
            }
        }
        return next;
    }

    /** All regions in key order: a live view. */
    public Collection<Known> all() {
        return Collections.unmodifiableCollection(byStart.values());
    }

    public int size() {
        return byStart.size();
    }

    private void removeFromTree(Known known) {
        Key start = known.region().range().startInclusive();
        Known there = byStart.get(start);
        if (there != null && there.region().id() == known.region().id()) {
            byStart.remove(start);
        }
    }

    private static boolean isOlder(RegionView view, RegionView known) {
        return view.term() < known.term()
                || view.region().epoch().isStalerThan(known.region().epoch());
    }

    private static boolean isNews(RegionView before, RegionView now) {
        return !before.region().epoch().equals(now.region().epoch())
                || before.leaderStore() != now.leaderStore()
                || before.term() != now.term()
                || !before.region().equals(now.region())
                || !before.pendingReplicas().equals(now.pendingReplicas())
                || !before.downReplicas().equals(now.downReplicas());
    }
}
