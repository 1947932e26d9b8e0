package dev.cleave.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SortedPairsTest {
    @Test
    void itBehavesAsATreeMapAndOldVersionsStay() {
        for (long seed = 1; seed <= 12; seed++) {
            Randomness random = Randomness.seeded(seed);
            TreeMap<Key, byte[]> model = new TreeMap<>();
            SortedPairs pairs = SortedPairs.EMPTY;
            List<SortedPairs> olds = new ArrayList<>();
            List<List<String>> oldContents = new ArrayList<>();
            for (int step = 0; step < 400; step++) {
                Key key = Key.own(new byte[] {(byte) random.below(256), (byte) random.below(2)});
                switch ((int) random.below(8)) {
                    case 0 -> {
                        pairs = pairs.without(key.bytes());
                        model.remove(key);
                    }
                    case 1 -> {
                        KeyRange range = range(random);
                        pairs = pairs.without(range);
                        model.keySet().removeIf(range::contains);
                    }
                    default -> {
                        byte[] value = new byte[(int) random.below(20)];
                        pairs = pairs.with(key.bytes(), value);
                        model.put(key, value);
                    }
                }
                assertThat(contents(pairs)).as("seed %s step %s", seed, step).isEqualTo(contents(model));
                assertThat(pairs.count()).isEqualTo(model.size());
                if (step % 40 == 0) {
                    olds.add(pairs);
                    oldContents.add(contents(pairs));
                }
                checkQueries(pairs, model, range(random), key);
            }
            for (int i = 0; i < olds.size(); i++) {
                assertThat(contents(olds.get(i))).isEqualTo(oldContents.get(i));
            }
        }
    }

    private static void checkQueries(SortedPairs pairs, TreeMap<Key, byte[]> model, KeyRange range, Key key) {
        assertThat(pairs.get(key.bytes())).isEqualTo(model.get(key));
        TreeMap<Key, byte[]> inside = new TreeMap<>(model);
        inside.keySet().removeIf(k -> !range.contains(k));
        SortedPairs within = pairs.within(range);
        assertThat(contents(within)).isEqualTo(contents(inside));
        assertThat(within.bytes())
                .isEqualTo(inside.entrySet().stream()
                        .mapToLong(e -> e.getKey().length() + e.getValue().length)
                        .sum());
        assertThat(within.middleKey().map(Key::copyOf)).isEqualTo(java.util.Optional.ofNullable(middle(inside)));
        List<Key> keys = List.copyOf(inside.keySet());
        for (int i = 0; i < keys.size(); i += 7) {
            assertThat(within.keyAt(i)).isEqualTo(keys.get(i).bytes());
        }
    }

    private static Key middle(TreeMap<Key, byte[]> map) {
        if (map.size() < 2) {
            return null;
        }
        long total = map.entrySet().stream()
                .mapToLong(e -> e.getKey().length() + e.getValue().length)
                .sum();
        long before = 0;
        for (var pair : map.entrySet()) {
            if (2 * before >= total && !pair.getKey().equals(map.firstKey())) {
                return pair.getKey();
            }
            before += pair.getKey().length() + pair.getValue().length;
        }
        return map.lastKey();
    }

    private static KeyRange range(Randomness random) {
        byte start = (byte) random.below(256);
        int width = (int) random.below(60);
        int end = Byte.toUnsignedInt(start) + width + 1;
        return KeyRange.of(Key.own(new byte[] {start}), end > 255 ? Key.EMPTY : Key.own(new byte[] {(byte) end}));
    }

    private static List<String> contents(SortedPairs pairs) {
        List<String> found = new ArrayList<>();
        pairs.visit(false, (key, value) -> found.add(Key.own(key) + "=" + value.length));
        List<String> reversed = new ArrayList<>();
        pairs.visit(true, (key, value) -> {
            reversed.add(0, Key.own(key) + "=" + value.length);
            return true;
        });
        assertThat(reversed).isEqualTo(found);
        return found;
    }

    private static List<String> contents(TreeMap<Key, byte[]> model) {
        List<String> found = new ArrayList<>();
        model.forEach((key, value) -> found.add(key + "=" + value.length));
        return found;
    }
}
