package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.DATA;
import static dev.cleave.engine.kv.KvEngine.Family.META;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One random life of an engine beside its model. Each batch carries the number of batches so far in META, as a store's apply does,
 * so that after a crash the engine itself says which prefix it kept.
 */
final class EngineStory {
    private static final byte[] APPLIED = {'a'};
    private static final int KEYS = 300;

    private final Randomness random;
    private final Supplier<KvEngine> opener;
    private final Consumer<KvEngine> crasher;
    private final String name;
    private KvEngine engine;
    /** The DATA after each number of batches. */
    private final List<TreeMap<Key, byte[]>> history = new ArrayList<>();

    private final Map<KvSnapshot, TreeMap<Key, byte[]>> snapshots = new java.util.LinkedHashMap<>();
    private int durableAtLeast;
    private int step;
    private final StringBuilder trace = new StringBuilder();

    EngineStory(long seed, Supplier<KvEngine> opener, Consumer<KvEngine> crasher, String name) {
        random = Randomness.seeded(seed);
        this.opener = opener;
        this.crasher = crasher;
        this.name = name;
        engine = opener.get();
        history.add(new TreeMap<>());
    }

    /** Returns what a second run with the same seed must return again, if the engine is deterministic. */
    String run(int steps) {
        for (step = 0; step < steps; step++) {
            takeStep();
        }
        check(KeyRange.ALL);
        engine.close();
        return trace.toString();
    }

    private void takeStep() {
        switch ((int) random.below(20)) {
            case 0 -> flush();
            case 1 -> crash();
            case 2 -> checkDurable();
            case 3, 4 -> takeSnapshot();
            case 5 -> checkSnapshots();
            case 6, 7 -> replaceRange();
            case 8 -> destroyRange();
            case 9, 10 -> check(range());
            case 11 -> checkMiddle(range());
            default -> writeBatch();
        }
    }

    private void writeBatch() {
        TreeMap<Key, byte[]> model = new TreeMap<>(now());
        KvBatch batch = engine.newBatch();
        for (long changes = random.below(6); changes >= 0; changes--) {
            Key key = key();
            switch ((int) random.below(8)) {
                case 0 -> {
                    batch.delete(DATA, key.bytes());
                    model.remove(key);
                }
                case 1 -> {
                    KeyRange range = range();
                    batch.deleteRange(DATA, range);
                    model.keySet().removeIf(range::contains);
                }
                default -> {
                    byte[] value = value();
                    batch.put(DATA, key.bytes(), value);
                    model.put(key, value);
                }
            }
        }
        write(batch, model);
    }

    private void write(KvBatch batch, TreeMap<Key, byte[]> after) {
        batch.put(META, APPLIED, ByteBuffer.allocate(4).putInt(history.size()).array());
        engine.write(batch);
        history.add(after);
    }

    private void flush() {
        engine.flush();
        durableAtLeast = history.size() - 1;
    }

    private void checkDurable() {
        int durable = number(engine.getDurable(APPLIED));
        assertThat(durable).as(story()).isBetween(durableAtLeast, history.size() - 1);
        durableAtLeast = durable;
    }

    private void crash() {
        snapshots.clear();
        crasher.accept(engine);
        engine = opener.get();
        int kept = number(engine.get(META, APPLIED));
        trace.append(step).append(" kept ").append(kept).append('\n');
        assertThat(kept).as(story()).isBetween(durableAtLeast, history.size() - 1);
        assertThat(number(engine.getDurable(APPLIED))).as(story()).isEqualTo(kept);
        history.subList(kept + 1, history.size()).clear();
        durableAtLeast = kept;
        check(KeyRange.ALL);
        assertThat(engine.rangeFiles().list()).as(story()).noneMatch(file -> file.startsWith("in"));
    }

    private void takeSnapshot() {
        if (snapshots.size() < 4) {
            snapshots.put(engine.snapshot(), now());
        }
    }

    private void checkSnapshots() {
        KeyRange range = range();
        snapshots.forEach((snapshot, model) -> check(snapshot, model, range));
        snapshots.keySet().stream().findFirst().ifPresent(first -> {
            snapshots.remove(first);
            first.close();
        });
    }

    /** Brings a range back to what it was at some snapshot, through files that travel in chunks. */
    private void replaceRange() {
        KeyRange range = range();
        takeSnapshot();
        KvSnapshot snapshot = List.copyOf(snapshots.keySet()).get((int) random.below(snapshots.size()));
        TreeMap<Key, byte[]> model = new TreeMap<>(now());
        model.keySet().removeIf(range::contains);
        snapshots.get(snapshot).forEach((key, value) -> {
            if (range.contains(key)) {
                model.put(key, value);
            }
        });

        List<RangeFiles.Info> files =
                engine.rangeFiles().export(snapshot, range, "out-" + step, random.between(1, 20_000));
        engine.replaceRange(range, travel(files));
        history.set(history.size() - 1, model);
        durableAtLeast = history.size() - 1;
        engine.rangeFiles().delete("out");
        engine.rangeFiles().delete("in");
        check(range);
    }

    private List<String> travel(List<RangeFiles.Info> files) {
        RangeFiles rangeFiles = engine.rangeFiles();
        List<String> names = new ArrayList<>();
        for (RangeFiles.Info info : files) {
            String arrived = "in-" + names.size();
            for (long at = 0; at < info.bytes(); ) {
                ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(random.between(1, 9_000), info.bytes() - at));
                rangeFiles.read(info.name(), at, chunk);
                rangeFiles.append(arrived, at, chunk.flip());
                at += chunk.limit();
            }
            assertThat(rangeFiles.seal(new RangeFiles.Info(arrived, info.bytes(), info.crc32c(), info.keys())))
                    .as(story())
                    .isTrue();
            names.add(arrived);
        }
        return names;
    }

    private void destroyRange() {
        // Unlinking files takes the ground from under snapshots: a store waits until none of the region is left.
        snapshots.keySet().forEach(KvSnapshot::close);
        snapshots.clear();
        KeyRange range = range();
        TreeMap<Key, byte[]> model = new TreeMap<>(now());
        model.keySet().removeIf(range::contains);
        KvBatch batch = engine.newBatch();
        batch.deleteRange(DATA, range);
        write(batch, model);
        flush();
        engine.destroyRange(range);
    }

    private void check(KeyRange range) {
        try (KvSnapshot snapshot = engine.snapshot()) {
            check(snapshot, now(), range);
        }
        Key key = key();
        assertThat(engine.get(DATA, key.bytes())).as(story()).isEqualTo(now().get(key));
    }

    private void check(KvSnapshot snapshot, TreeMap<Key, byte[]> model, KeyRange range) {
        List<String> expected = new ArrayList<>();
        model.forEach((key, value) -> {
            if (range.contains(key)) {
                expected.add(text(key.bytes(), value));
            }
        });
        List<String> found = new ArrayList<>();
        boolean isReverse = random.below(2) == 0;
        snapshot.scan(DATA, range, isReverse, (key, value) -> found.add(text(key, value)));
        if (isReverse) {
            java.util.Collections.reverse(found);
        }
        assertThat(found).as(story()).isEqualTo(expected);
    }

    private void checkMiddle(KeyRange range) {
        SortedPairs pairs = SortedPairs.EMPTY;
        for (Map.Entry<Key, byte[]> pair : now().entrySet()) {
            if (range.contains(pair.getKey())) {
                pairs = pairs.with(pair.getKey().bytes(), pair.getValue());
            }
        }
        Optional<Key> expected = pairs.middleKey().map(Key::copyOf);
        assertThat(engine.middleKey(range)).as(story()).isEqualTo(expected);
    }

    private TreeMap<Key, byte[]> now() {
        return history.get(history.size() - 1);
    }

    private Key key() {
        int number = (int) random.below(KEYS);
        return Key.own(new byte[] {(byte) (number >>> 4), (byte) (number << 4)});
    }

    private KeyRange range() {
        Key one = key();
        Key other = random.below(5) == 0 ? Key.EMPTY : key();
        if (random.below(6) == 0) {
            return KeyRange.of(Key.EMPTY, other);
        }
        int order = one.compareTo(other);
        if (other.isEmpty() || order == 0) {
            return KeyRange.of(one, Key.EMPTY);
        }
        return order < 0 ? KeyRange.of(one, other) : KeyRange.of(other, one);
    }

    private byte[] value() {
        byte[] value = new byte[(int) random.below(random.below(4) == 0 ? 8_000 : 100)];
        for (int i = 0; i < value.length; i += 8) {
            value[i] = (byte) random.nextLong();
        }
        return value;
    }

    private String story() {
        return name + " step " + step;
    }

    private static int number(byte[] value) {
        return value == null ? 0 : ByteBuffer.wrap(value).getInt();
    }

    private static String text(byte[] key, byte[] value) {
        return Key.own(key) + "=" + value.length + ":" + java.util.Arrays.hashCode(value);
    }
}
