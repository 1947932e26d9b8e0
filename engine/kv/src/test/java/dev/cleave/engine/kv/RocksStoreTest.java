package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.DATA;
import static dev.cleave.engine.kv.KvEngine.Family.META;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

class RocksStoreTest extends KvEngineContract {
    private static final RocksOptions OPTIONS = RocksOptions.ofBudget(4 << 20).withFlushesOnClose(false);

    @TempDir
    Path directory;

    @Override
    KvEngine open() {
        return RocksStore.open(directory.resolve("deep/engine"), OPTIONS);
    }

    /** Closing without a flush leaves on disk what a killed process would (see RocksKillTest for the real thing). */
    @Override
    KvEngine crashAndOpen(KvEngine running) {
        running.close();
        return open();
    }

    @Test
    void anOrderlyCloseFlushes() {
        engine.close();
        engine = RocksStore.open(directory.resolve("other"), OPTIONS.withFlushesOnClose(true));
        put(META, "a", "1");
        engine.close();
        engine = RocksStore.open(directory.resolve("other"), OPTIONS);

        assertThat(engine.getDurable(bytes("a"))).isEqualTo(bytes("1"));
    }

    @Test
    void whatAScanBroughtInIsInMemoryForTheNext() {
        put(DATA, "a", "1");
        put(DATA, "b", "2");
        engine.flush();
        engine.close();
        engine = open();
        List<String> seen = new ArrayList<>();
        assertThat(engine.scanMemory(KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> seen.add("x")))
                .isFalse();

        engine.scan(DATA, KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> true);

        assertThat(engine.scanMemory(KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> seen.add("y")))
                .isTrue();
        assertThat(seen).containsExactly("y", "y");
    }

    @Test
    void aScanOfMemoryGivesUpOverManyDeletedPairs() {
        for (int i = 0; i < 1000; i++) {
            put(DATA, key(i), "v");
        }
        KvBatch batch = engine.newBatch();
        for (int i = 1; i < 999; i++) {
            batch.delete(DATA, bytes(key(i)));
        }
        engine.write(batch);
        List<String> seen = new ArrayList<>();

        assertThat(engine.scanMemory(KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> seen.add("x")))
                .isFalse();
        assertThat(engine.scanMemory(KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> false))
                .isTrue();
        engine.scan(DATA, KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> seen.add("y"));
        assertThat(seen).containsExactly("x", "y", "y");
    }

    @Test
    void whatADiskReadBroughtInIsInMemoryFromThenOn() {
        put(DATA, "a", "1");
        engine.flush();
        engine.close();
        engine = open();
        assertThat(engine.getFromMemory(bytes("a"), 64)).isEqualTo(MemoryRead.ELSEWHERE);
        engine.get(DATA, bytes("a"));

        assertThat(engine.getFromMemory(bytes("a"), 64).value()).isEqualTo(bytes("1"));
    }

    @Test
    void aDirectoryInUseIsRefusedByName() {
        assertThatThrownBy(this::open)
                .isInstanceOf(EngineFailure.class)
                .hasMessageContaining("in use")
                .hasMessageContaining("deep/engine");
        put(DATA, "a", "1");
        assertThat(engine.get(DATA, bytes("a"))).isEqualTo(bytes("1"));
    }

    @Test
    void aBatchHasTheLayoutOfRocksDb() throws Exception {
        RocksBatch batch = (RocksBatch) engine.newBatch();
        List<String> seen = new ArrayList<>();
        byte[] large = new byte[20_000];
        batch.put(DATA, bytes("k"), large);
        batch.put(META, new byte[200], bytes("v"));
        batch.delete(DATA, bytes("d"));
        batch.deleteRange(META, range("from", "to"));

        try (WriteBatch parsed = new WriteBatch(batch.encoded());
                SeenChanges handler = new SeenChanges(seen)) {
            assertThat(parsed.count()).isEqualTo(4);
            parsed.iterate(handler);
        }
        batch.close();

        assertThat(seen).containsExactly("put 1 1 20000", "put 2 200 1", "delete 1 d", "deleteRange 2 from to");
    }

    @Test
    void aLargeBatchGoesByKeyAndTakesEffectInTheOrderGiven() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        Map<String, String> expected = new HashMap<>();
        RocksBatch batch = (RocksBatch) engine.newBatch();
        for (int i = 0; i < 3_000; i++) {
            String key = key(random.nextInt(400));
            if (random.nextInt(4) == 0) {
                batch.delete(DATA, bytes(key));
                expected.remove(key);
            } else {
                batch.put(random.nextInt(50) == 0 ? META : DATA, bytes(key), bytes("m" + i));
                batch.put(DATA, bytes(key), bytes("v" + i));
                expected.put(key, "v" + i);
            }
        }
        List<String> seen = new ArrayList<>();
        try (WriteBatch parsed = new WriteBatch(batch.encoded());
                SeenChanges handler = new SeenChanges(seen)) {
            parsed.iterate(handler);
        }
        assertThat(seen).hasSizeGreaterThan(3_000);
        assertThat(seen).filteredOn(change -> change.startsWith("delete")).isSorted();

        engine.write(batch);

        for (int i = 0; i < 400; i++) {
            byte[] found = engine.get(DATA, bytes(key(i)));
            String wanted = expected.get(key(i));
            assertThat(found).isEqualTo(wanted == null ? null : bytes(wanted));
        }
    }

    @Test
    void aLargeBatchThatRemovesARangeKeepsItsOrder() {
        KvBatch batch = engine.newBatch();
        for (int i = 999; i >= 0; i--) {
            batch.put(DATA, bytes(key(i)), bytes("before"));
        }
        batch.deleteRange(DATA, range(key(0), key(500)));
        batch.put(DATA, bytes(key(7)), bytes("after"));

        engine.write(batch);

        assertThat(engine.get(DATA, bytes(key(6)))).isNull();
        assertThat(engine.get(DATA, bytes(key(7)))).isEqualTo(bytes("after"));
        assertThat(engine.get(DATA, bytes(key(500)))).isEqualTo(bytes("before"));
    }

    @Test
    void fullWriteBuffersFlushBothFamiliesTogetherAndTheCountTells() {
        long before = engine.flushes();
        for (int i = 0; i < 4000; i++) {
            KvBatch batch = engine.newBatch();
            batch.put(DATA, bytes(key(i)), new byte[1000]);
            batch.put(META, bytes("applied"), bytes(key(i)));
            engine.write(batch);
        }
        assertThat(engine.flushes()).isGreaterThan(before);
        byte[] claim = engine.getDurable(bytes("applied"));
        assertThat(claim).isNotNull();

        engine = crashAndOpen(engine);

        byte[] applied = engine.get(META, bytes("applied"));
        assertThat(text(applied)).isGreaterThanOrEqualTo(text(claim)).isLessThan(key(3999));
        List<String> keys = new ArrayList<>();
        try (KvSnapshot snapshot = engine.snapshot()) {
            snapshot.scan(DATA, KeyRange.ALL, false, (key, value) -> keys.add(text(key)));
        }
        assertThat(keys.get(keys.size() - 1)).isEqualTo(text(applied));
        assertThat(key(keys.size() - 1)).isEqualTo(text(applied));
        assertThat(((RocksStore) engine).backgroundErrors()).isZero();
    }

    @Test
    void theMiddleOfALargeRangeIsFoundWithoutReadingIt() throws Exception {
        java.util.Random random = new java.util.Random(3);
        byte[] value = new byte[900];
        for (int i = 0; i < 6000; i++) {
            random.nextBytes(value);
            KvBatch batch = engine.newBatch();
            batch.put(DATA, bytes(key(i)), value);
            engine.write(batch);
        }
        engine.flush();
        KvBatch batch = engine.newBatch();
        batch.put(DATA, bytes("z"), value);
        engine.write(batch);

        RocksHandles handles = handles();
        for (KeyRange range : List.of(KeyRange.ALL, range(key(0), key(6000)), range("a", "zz"))) {
            Key middle = new MiddleKey(handles, range).find(0).orElseThrow();
            assertThat(middle.toString()).isBetween(key(2400), key(3600));
            assertThat(engine.get(DATA, middle.bytes())).isNotNull();
        }
        assertThat(new MiddleKey(handles, range(key(10), key(11))).find(0)).isEmpty();
        assertThat(new MiddleKey(handles, range(key(10), key(12))).find(0)).contains(Key.utf8(key(11)));
        assertThat(new MiddleKey(handles, range("zzz", "")).find(0)).isEmpty();
    }

    @Test
    void theMiddleIsFoundAmongSparseSurvivorsOfARangeDelete() throws Exception {
        for (int i = 0; i < 6000; i++) {
            put(DATA, key(i), "x".repeat(500));
        }
        engine.flush();
        KvBatch batch = engine.newBatch();
        batch.deleteRange(DATA, range(key(1), key(5999)));
        engine.write(batch);

        assertThat(new MiddleKey(handles(), KeyRange.ALL).find(0)).contains(Key.utf8(key(5999)));
        put(DATA, key(0) + "b", "x");
        assertThat(new MiddleKey(handles(), KeyRange.ALL).find(0).orElseThrow()).isGreaterThan(Key.utf8(key(0)));
    }

    @Test
    void closingWaitsForScansAndRefusesLaterOnes() throws Exception {
        for (int i = 0; i < 100; i++) {
            put(DATA, key(i), "v");
        }
        CountDownLatch isScanning = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            KvSnapshot snapshot = engine.snapshot();
            List<String> seen = new ArrayList<>();
            Future<?> scan = threads.submit(() -> snapshot.scan(DATA, KeyRange.ALL, false, (key, value) -> {
                isScanning.countDown();
                await(mayGoOn);
                return seen.add(text(key));
            }));
            await(isScanning);
            Future<?> close = threads.submit(engine::close);
            while (isOpen()) {
                Thread.onSpinWait();
            }
            assertThat(close.isDone()).isFalse();
            mayGoOn.countDown();

            scan.get(10, TimeUnit.SECONDS);
            close.get(10, TimeUnit.SECONDS);
            assertThat(seen).hasSize(100);
            snapshot.close();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closingUnderReadersAndWritersKillsNobody() throws Exception {
        int threadCount = 4;
        for (int round = 0; round < 5; round++) {
            CountDownLatch areBusy = new CountDownLatch(threadCount);
            ExecutorService threads = Executors.newFixedThreadPool(threadCount);
            List<Future<?>> users = new ArrayList<>();
            for (int t = 0; t < threadCount; t++) {
                users.add(threads.submit(() -> useUntilClosed(areBusy)));
            }
            await(areBusy);
            engine.close();
            for (Future<?> user : users) {
                user.get(10, TimeUnit.SECONDS);
            }
            threads.shutdownNow();
            engine = open();
        }
    }

    @Test
    void theLibraryIsUnpackedOnceAndSharedByName() throws Exception {
        Path parent = directory.resolve("libraries");
        Path first = NativeLibrary.unpacked(parent);
        Path library = files(first).get(0);
        assertThat(files(first)).hasSize(1);
        FileTime made = Files.getLastModifiedTime(library);

        assertThat(NativeLibrary.unpacked(parent)).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(made);
        Files.write(library, new byte[10]);
        NativeLibrary.unpacked(parent);
        assertThat(Files.size(library)).as("a half file is replaced").isGreaterThan(1 << 20);
        assertThat(files(first)).hasSize(1);
    }

    @Test
    void leftoversOfUnfinishedFilesAreSweptAtOpening() throws Exception {
        Path files = directory.resolve("deep/engine/range-files");
        Files.write(files.resolve(".receiving-a-0"), new byte[3]);
        Files.write(files.resolve(".unfinished-b-0"), new byte[3]);

        engine = crashAndOpen(engine);

        assertThat(files(files)).isEmpty();
    }

    @Test
    void receivingAgainDoesNotTouchTheFileTheEngineHasTaken() {
        put(DATA, "a", "1");
        List<RangeFiles.Info> sent;
        try (KvSnapshot snapshot = engine.snapshot()) {
            sent = engine.rangeFiles().export(snapshot, KeyRange.ALL, "snap", 1 << 20);
        }
        engine.replaceRange(KeyRange.ALL, List.of("snap-0"));
        RangeFiles files = engine.rangeFiles();
        files.append("snap-0", 0, java.nio.ByteBuffer.wrap(new byte[5000]));
        files.seal(new RangeFiles.Info("snap-0", 5000, crcOfZeros(5000), 0));
        files.delete("snap");
        engine = crashAndOpen(engine);

        assertThat(sent).hasSize(1);
        assertThat(contents(KeyRange.ALL)).containsExactly("a=1");
    }

    private static int crcOfZeros(int bytes) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(new byte[bytes]);
        return (int) crc.getValue();
    }

    private void useUntilClosed(CountDownLatch isBusy) {
        try {
            for (int i = 0; ; i++) {
                put(DATA, key(i % 50), "v");
                engine.get(DATA, bytes(key(i % 50)));
                try (KvSnapshot snapshot = engine.snapshot()) {
                    contents(snapshot, KeyRange.ALL, i % 2 == 0);
                }
                engine.scan(DATA, KeyRange.ALL, i % 2 == 0, (key, keyBytes, value, valueBytes) -> true);
                engine.flushes();
                if (i == 20) {
                    isBusy.countDown();
                }
            }
        } catch (IllegalStateException closed) {
            assertThat(closed).hasMessageContaining("closed");
        }
    }

    private boolean isOpen() {
        try {
            engine.flushes();
            return true;
        } catch (IllegalStateException closed) {
            return false;
        }
    }

    private RocksHandles handles() throws ReflectiveOperationException {
        java.lang.reflect.Field field = RocksStore.class.getDeclaredField("handles");
        field.setAccessible(true);
        return (RocksHandles) field.get(engine);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }
}
