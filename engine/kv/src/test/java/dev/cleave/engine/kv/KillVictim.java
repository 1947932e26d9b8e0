package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.DATA;
import static dev.cleave.engine.kv.KvEngine.Family.META;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * The process that {@link RocksKillTest} kills. It runs several engines at once, so that one kill meets each of them at a moment of its own. In each, regions 0 and 1 apply batches whose contents follow from region and number alone; region
 * 2 goes through installs and destroys. What it may rely on after a crash it says on its output, before the crash.
 */
final class KillVictim {
    static final RocksOptions OPTIONS = RocksOptions.ofBudget(2 << 20).withFlushesOnClose(false);
    static final int APPLY_REGIONS = 2;
    static final int INSTALL_REGION = 2;
    private static final int KEYS = 700;
    private static final int INSTALLED_KEYS = 200;

    private final int engine;
    private final RocksStore store;

    private KillVictim(int engine, RocksStore store) {
        this.engine = engine;
        this.store = store;
    }

    public static void main(String[] arguments) {
        dieWithTheParent();
        for (int engine = 0; engine < arguments.length; engine++) {
            KillVictim victim = new KillVictim(engine, RocksStore.open(Path.of(arguments[engine]), OPTIONS));
            for (int region = 0; region < APPLY_REGIONS; region++) {
                int own = region;
                start(() -> victim.applyForEver(own));
            }
            start(victim::installForEver);
        }
        say("ready 0 0 0");
    }

    private void applyForEver(int region) {
        for (long number = number(store.get(META, metaKey(region))) + 1; ; number++) {
            KvBatch batch = store.newBatch();
            changes(
                    region,
                    number,
                    (key, value) -> batch.put(DATA, key.bytes(), value),
                    range -> batch.deleteRange(DATA, range));
            batch.put(META, metaKey(region), number(number));
            store.write(batch);
            if (number % 100 == 0) {
                claim(region, number(store.getDurable(metaKey(region))));
            }
        }
    }

    /** State in META: 3n installing, 3n + 1 installed, 3n + 2 destroyed. */
    private void installForEver() {
        KeyRange range = range(INSTALL_REGION);
        RangeFiles files = store.rangeFiles();
        for (long n = number(store.get(META, metaKey(INSTALL_REGION))) / 3 + 1; ; n++) {
            KvBatch installing = store.newBatch();
            installing.deleteRange(DATA, range);
            installed(n).forEach((key, value) -> installing.put(DATA, key.bytes(), value));
            writeState(installing, 3 * n);
            List<String> names;
            try (KvSnapshot snapshot = store.snapshot()) {
                names = files.export(snapshot, range, "install-" + n, 4000).stream()
                        .map(RangeFiles.Info::name)
                        .toList();
            }
            KvBatch rubbish = store.newBatch();
            rubbish.deleteRange(DATA, range);
            rubbish.put(DATA, dataKey(INSTALL_REGION, 77).bytes(), new byte[9]);
            store.write(rubbish);
            store.replaceRange(range, names);
            writeState(store.newBatch(), 3 * n + 1);
            if (n % 2 == 0) {
                store.flush();
                claim(INSTALL_REGION, 3 * n + 1);
            }
            files.delete("install-" + n + "-");
            if (n % 3 == 0) {
                KvBatch destroyed = store.newBatch();
                destroyed.deleteRange(DATA, range);
                writeState(destroyed, 3 * n + 2);
                store.flush();
                store.destroyRange(range);
            }
        }
    }

    private void writeState(KvBatch batch, long state) {
        batch.put(META, metaKey(INSTALL_REGION), number(state));
        store.write(batch);
    }

    /** What the install region holds after install {@code n}. */
    static TreeMap<Key, byte[]> installed(long n) {
        TreeMap<Key, byte[]> pairs = new TreeMap<>();
        for (int i = 0; i < INSTALLED_KEYS; i++) {
            pairs.put(dataKey(INSTALL_REGION, (int) (i * 3 + n % 3)), number(n * 1000 + i));
        }
        return pairs;
    }

    /** What an apply region holds after {@code applied} batches. */
    static TreeMap<Key, byte[]> applied(int region, long applied) {
        TreeMap<Key, byte[]> pairs = new TreeMap<>();
        for (long number = 1; number <= applied; number++) {
            changes(
                    region,
                    number,
                    pairs::put,
                    range -> pairs.subMap(range.startInclusive(), range.endExclusive())
                            .clear());
        }
        return pairs;
    }

    private static void changes(
            int region,
            long number,
            java.util.function.BiConsumer<Key, byte[]> put,
            java.util.function.Consumer<KeyRange> deleteRange) {
        Randomness random = Randomness.seeded(number * 31 + region);
        if (number % 40 == 0) {
            int from = (int) random.below(KEYS - 30);
            deleteRange.accept(KeyRange.of(dataKey(region, from), dataKey(region, from + 30)));
        }
        for (int i = 0; i < 3; i++) {
            ByteBuffer value = ByteBuffer.allocate((int) random.between(16, 200));
            value.putLong(number).putLong(random.nextLong());
            put.accept(dataKey(region, (int) random.below(KEYS)), value.array());
        }
    }

    static KeyRange range(int region) {
        return KeyRange.of(Key.own(new byte[] {(byte) region}), Key.own(new byte[] {(byte) (region + 1)}));
    }

    static byte[] metaKey(int region) {
        return new byte[] {'m', (byte) region};
    }

    static long number(byte[] value) {
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static Key dataKey(int region, int number) {
        return Key.own(new byte[] {(byte) region, (byte) (number >>> 8), (byte) number});
    }

    private void claim(int region, long durable) {
        say("durable " + engine + " " + region + " " + durable);
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable failed) {
                failed.printStackTrace();
                say("failed 0 0 0");
                Runtime.getRuntime().halt(3);
            }
        });
        thread.start();
    }

    private static void dieWithTheParent() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException gone) {
                // as good as the end
            }
            Runtime.getRuntime().halt(2);
        });
        watch.setDaemon(true);
        watch.start();
    }
}
