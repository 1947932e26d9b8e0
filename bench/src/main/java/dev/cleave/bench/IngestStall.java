package dev.cleave.bench;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.engine.kv.RocksOptions;
import dev.cleave.engine.kv.RocksStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Question: how long does a writer of other regions wait while snapshots are installed? A writer puts 16 pairs of 128 bytes every
 * millisecond (the applying of 16,000 small writes a second); another thread installs a range of so many MiB again and again, as a
 * replica's installation does: clear the range, flush, ingest, flush. Each write counts from when it was due, so that a stall counts for all
 * that it held up. Arguments: seconds of each part, MiB of the range. The last answer lies in {@code bench/results}.
 */
public final class IngestStall {
    private static final int PAIRS = 16;
    private static final int VALUE_BYTES = 128;
    private static final int INSTALLED_VALUE_BYTES = 1000;
    private static final long EVERY_NANOS = 1_000_000L;
    private static final long PAUSE_NANOS = 500_000_000L;
    private static final KeyRange INSTALLED = KeyRange.of(Key.utf8("i"), Key.utf8("j"));

    private final RocksStore engine;
    private final SplittableRandom random = new SplittableRandom(1);

    private IngestStall(RocksStore engine) {
        this.engine = engine;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        int mebibytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
        Path directory = Files.createTempDirectory(Path.of("target"), "ingest-stall");
        try (RocksStore engine = RocksStore.open(directory, RocksOptions.defaults())) {
            new IngestStall(engine).run(seconds, mebibytes);
        } finally {
            delete(directory);
        }
    }

    private void run(int seconds, int mebibytes) throws Exception {
        List<String> files = makeFiles(mebibytes);
        write(2, new Histogram(3)); // warm up
        Histogram alone = new Histogram(3);
        write(seconds, alone);

        AtomicBoolean isOver = new AtomicBoolean();
        List<Long> installs = new ArrayList<>();
        Thread installer = new Thread(() -> {
            while (!isOver.get()) {
                long start = System.nanoTime();
                engine.replaceRange(INSTALLED, files);
                engine.flush();
                installs.add((System.nanoTime() - start) / 1_000_000L);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
        installer.start();
        Histogram beside = new Histogram(3);
        write(seconds, beside);
        isOver.set(true);
        installer.join();

        System.out.printf("writes of %d pairs, one each ms, milliseconds from when due to done%n", PAIRS);
        print("alone", alone);
        print("beside " + installs.size() + " installs of " + mebibytes + " MiB", beside);
        System.out.printf("installs took %s ms%n", installs);
    }

    private static void print(String name, Histogram waits) {
        System.out.printf(
                "%-34s n %6d  p50 %.2f  p99 %.2f  p99.9 %.2f  max %.2f%n",
                name,
                waits.getTotalCount(),
                millis(waits.getValueAtPercentile(50)),
                millis(waits.getValueAtPercentile(99)),
                millis(waits.getValueAtPercentile(99.9)),
                millis(waits.getMaxValue()));
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private void write(int seconds, Histogram waits) {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        for (long due = start; due - end < 0; due += EVERY_NANOS) {
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            writeBatch();
            waits.recordValue(System.nanoTime() - due);
        }
    }

    private void writeBatch() {
        KvBatch batch = engine.newBatch();
        for (int i = 0; i < PAIRS; i++) {
            byte[] key = ByteBuffer.allocate(17)
                    .put((byte) 'w')
                    .putLong(random.nextLong())
                    .putLong(random.nextLong())
                    .array();
            batch.put(Family.DATA, key, new byte[VALUE_BYTES]);
        }
        batch.put(Family.META, new byte[] {'a'}, new byte[17]);
        engine.write(batch);
    }

    private List<String> makeFiles(int mebibytes) {
        byte[] value = new byte[INSTALLED_VALUE_BYTES];
        long pairs = ((long) mebibytes << 20) / (INSTALLED_VALUE_BYTES + 9);
        for (long number = 0; number < pairs; ) {
            KvBatch batch = engine.newBatch();
            for (int i = 0; i < 1000 && number < pairs; i++, number++) {
                random.nextBytes(value);
                batch.put(
                        Family.DATA,
                        ByteBuffer.allocate(9).put((byte) 'i').putLong(number).array(),
                        value);
            }
            engine.write(batch);
        }
        engine.flush();
        try (KvSnapshot snapshot = engine.snapshot()) {
            return engine.rangeFiles().export(snapshot, INSTALLED, "bench", 64L << 20).stream()
                    .map(RangeFiles.Info::name)
                    .toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
