package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.store.state.DataKeys;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Where to divide a region by what it holds, and about how many pairs that is. Looks at a handful of pairs, however large the region is. */
final class SplitKeys {
    /** Keys of one offer: a region that has outgrown its bound by far is divided into several pieces at once. */
    private static final int KEYS_MAX = 7;

    private static final int PAIRS_LOOKED_AT = 64;

    private SplitKeys() {}

    /** Keys that halve the region, and its halves, until the pieces would be no larger than {@code pieceBytes}; strictly inside, in order. */
    static List<Key> halving(KvEngine engine, KeyRange user, long bytes, long pieceBytes) {
        TreeSet<Key> keys = new TreeSet<>();
        halve(engine, user, bytes, pieceBytes, keys);
        return List.copyOf(keys);
    }

    private static void halve(KvEngine engine, KeyRange user, long bytes, long pieceBytes, TreeSet<Key> keys) {
        if (keys.size() >= KEYS_MAX) {
            return;
        }
        Key middle = middle(engine, user).orElse(null);
        if (middle == null) {
            return;
        }
        keys.add(middle);
        if (bytes / 2 > pieceBytes) {
            halve(engine, KeyRange.of(user.startInclusive(), middle), bytes / 2, pieceBytes, keys);
            halve(engine, KeyRange.of(middle, user.endExclusive()), bytes / 2, pieceBytes, keys);
        }
    }

    static Optional<Key> middle(KvEngine engine, KeyRange user) {
        return engine.middleKey(DataKeys.toData(user))
                .map(key -> DataKeys.toUser(key.bytes()))
                .filter(key -> user.contains(key) && key.compareTo(user.startInclusive()) > 0);
    }

    /** About how many pairs the region has, judged from those at its beginning and in its middle. */
    static long count(KvEngine engine, KeyRange user, long bytes) {
        Sample sample = new Sample();
        try (KvSnapshot snapshot = engine.snapshot()) {
            sample.take(snapshot, user);
            middle(engine, user).ifPresent(key -> sample.take(snapshot, KeyRange.of(key, user.endExclusive())));
        }
        return sample.pairs == 0 ? 0 : bytes * sample.pairs / Math.max(1, sample.bytes);
    }

    private static final class Sample {
        long pairs;
        long bytes;
        private int left;

        void take(KvSnapshot snapshot, KeyRange user) {
            left = PAIRS_LOOKED_AT;
            snapshot.scan(Family.DATA, DataKeys.toData(user), false, (key, value) -> {
                pairs++;
                bytes += key.length + value.length;
                return --left > 0;
            });
        }
    }
}
