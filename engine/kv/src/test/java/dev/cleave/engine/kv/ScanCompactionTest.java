package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.base.KeyRange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanCompactionTest {
    private static final int PAIRS = 1000;

    @TempDir
    Path directory;

    private RocksStore engine;

    @BeforeEach
    void open() {
        engine = RocksStore.open(directory, RocksOptions.ofBudget(4 << 20));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void filesAreMergedOnceScansHavePassedAsManyPairsAsTheyHold() {
        writeFile();
        writeFile();
        scanAll();
        assertThat(engine.compactForScans(true)).isFalse();
        assertThat(engine.unmergedFiles()).isEqualTo(2);
        scanAll();

        assertThat(engine.compactForScans(true)).isTrue();

        assertThat(engine.filesMin()).isEqualTo(1);
        awaitEnd();
        assertThat(engine.get(DATA, key(PAIRS - 1))).isEqualTo(key(PAIRS - 1));
    }

    @Test
    void scansOfMemoryCountToo() {
        writeFile();
        writeFile();
        scanAll();
        assertThat(engine.scanMemory(KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> true))
                .isTrue();

        assertThat(engine.compactForScans(true)).isTrue();
    }

    @Test
    void whatScansHavePaidForOnceIsNotPaidForAgain() {
        writeFile();
        writeFile();
        scanAll();
        scanAll();
        scanAll();
        engine.compactForScans(true);
        awaitEnd();
        writeFile();
        writeFile();

        assertThat(engine.compactForScans(true)).isFalse();
        assertThat(engine.unmergedFiles()).isEqualTo(2);
    }

    @Test
    void deletedPairsAreNotMergedWithoutScans() {
        writeFile();
        for (int i = 0; i < PAIRS; i++) {
            KvBatch batch = engine.newBatch();
            batch.delete(DATA, key(i));
            engine.write(batch);
        }
        engine.flush();
        assertThat(engine.unmergedFiles()).isEqualTo(2);

        assertThat(engine.compactForScans(true)).isFalse();
    }

    @Test
    void oneFileIsNotWorthIt() {
        writeFile();
        scanAll();
        scanAll();

        assertThat(engine.compactForScans(true)).isFalse();
    }

    @Test
    void aWriteBufferThatIsAQuarterFullIsWrittenOutAndMerged() {
        byte[] value = new byte[200];
        for (int i = 0; i < PAIRS; i++) {
            put(i, value);
        }
        scanAll();

        assertThat(engine.compactForScans(true)).isTrue();

        awaitEnd();
    }

    @Test
    void whoMayNotBeginEndsWhatWasBegun() {
        writeFile();
        writeFile();
        scanAll();
        scanAll();
        assertThat(engine.compactForScans(false)).isFalse();
        assertThat(engine.filesMin()).isEqualTo(ScanCompaction.FILES_MIN);
        engine.compactForScans(true);

        awaitEnd();
    }

    @Test
    void afterTenLooksItIsOverEvenIfFilesAreLeft() {
        writeFile();
        writeFile();
        scanAll();
        scanAll();
        engine.compactForScans(true);

        for (int look = 0; look < 10; look++) {
            assertThat(engine.compactForScans(true)).isFalse();
        }

        assertThat(engine.filesMin()).isEqualTo(ScanCompaction.FILES_MIN);
    }

    /** Asks until the end is noticed, and level 0 is empty. */
    private void awaitEnd() {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            engine.compactForScans(false);
            return engine.filesMin() == ScanCompaction.FILES_MIN && engine.unmergedFiles() == 0;
        });
    }

    private void writeFile() {
        for (int i = 0; i < PAIRS; i++) {
            put(i, key(i));
        }
        engine.flush();
    }

    private void put(int i, byte[] value) {
        KvBatch batch = engine.newBatch();
        batch.put(DATA, key(i), value);
        engine.write(batch);
    }

    private void scanAll() {
        engine.scan(DATA, KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> true);
    }

    private static byte[] key(int i) {
        return String.format("%06d", i).getBytes(StandardCharsets.US_ASCII);
    }
}
