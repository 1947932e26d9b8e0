package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which splits bring a cluster nearer to having a border at each of many keys. One split takes few keys, so a region with many is first divided into pieces with
 * about equally many left: then all pieces are divided at once, and ten thousand borders take three rounds.
 */
final class Presplit {
    /** As many keys as one split may have. */
    static final int KEYS_PER_SPLIT = 63;

    private Presplit() {}

    /** The next splits, in key order, at most one per region: none when there is a border at each key. */
    static List<PdRequest.SplitRegion> next(NavigableSet<Key> keys, Collection<Region> regions) {
        List<PdRequest.SplitRegion> splits = new ArrayList<>();
        for (Region region : regions) {
            List<Key> inside = List.copyOf(inside(keys, region.range()));
            if (!inside.isEmpty()) {
                splits.add(new PdRequest.SplitRegion(region.id(), spread(inside)));
            }
        }
        return splits;
    }

    /** How many keys have no border yet, as far as these regions tell: all, if there are none. */
    static int left(NavigableSet<Key> keys, Collection<Region> regions) {
        NavigableSet<Key> left = new TreeSet<>(keys);
        regions.forEach(region -> left.remove(region.range().startInclusive()));
        return left.size();
    }

    private static NavigableSet<Key> inside(NavigableSet<Key> keys, KeyRange range) {
        NavigableSet<Key> above = keys.tailSet(range.startInclusive(), false);
        return range.endExclusive().isEmpty() ? above : new TreeSet<>(above.headSet(range.endExclusive(), false));
    }

    private static List<Key> spread(List<Key> keys) {
        if (keys.size() <= KEYS_PER_SPLIT) {
            return keys;
        }
        // So many pieces that each can be divided to the end by one more split, or as many as one split can make.
        int pieces = Math.min(KEYS_PER_SPLIT + 1, 1 + keys.size() / (KEYS_PER_SPLIT + 1));
        List<Key> chosen = new ArrayList<>();
        for (int i = 1; i < pieces; i++) {
            chosen.add(keys.get((int) ((long) keys.size() * i / pieces)));
        }
        return chosen;
    }
}
