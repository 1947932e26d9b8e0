package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.DATA;
import static dev.cleave.engine.kv.KvEngine.Family.META;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five regions, a to e, share tables; bytes of the tables are flipped. */
class SalvageTest {
    private static final RocksOptions OPTIONS = RocksOptions.ofBudget(2 << 20).withFlushesOnClose(false);
    private static final List<String> REGIONS = List.of("a", "b", "c", "d", "e");
    private static final int KEYS = 300;
    private static final byte[] MARK = {1};

    @TempDir
    Path directory;

    private Path engine;

    @BeforeEach
    void begin() {
        engine = directory.resolve("engine");
        fill(engine);
    }

    private static void fill(Path engine) {
        Random random = new Random(5);
        try (RocksStore store = RocksStore.open(engine, OPTIONS)) {
            for (String region : REGIONS) {
                KvBatch batch = store.newBatch();
                for (int i = 0; i < KEYS; i++) {
                    byte[] value = new byte[500];
                    random.nextBytes(value);
                    batch.put(DATA, key(region, i), value);
                }
                batch.put(META, bytes("applied-" + region), bytes("7"));
                store.write(batch);
            }
            store.flush();
        }
    }

    @Test
    void whatCannotBeReadIsLostWholeAndTheRestIsKept() throws IOException {
        flipInTheMiddleOf(table());
        List<String> damaged = whoCannotBeRead();

        assertThat(Salvage.isDue(engine)).isTrue();
        assertThat(salvage(true)).containsExactlyElementsOf(damaged);

        assertThat(Salvage.isDue(engine)).isFalse();
        assertKeptAllBut(damaged);
    }

    @Test
    void theEngineGoesOnWritingAndCompactingAfterwards() throws IOException {
        flipInTheMiddleOf(table());
        List<String> damaged = whoCannotBeRead();
        salvage(true);

        try (RocksStore store = RocksStore.open(engine, OPTIONS)) {
            for (int round = 0; round < 12; round++) {
                KvBatch batch = store.newBatch();
                for (String region : REGIONS) {
                    for (int i = 0; i < KEYS; i++) {
                        batch.put(DATA, key(region, i), new byte[400]);
                    }
                }
                store.write(batch);
                store.flush();
            }
            assertThat(store.backgroundErrors()).isZero();
            for (String region : damaged) {
                assertThat(count(store, region)).isEqualTo(KEYS);
            }
        }
        assertThat(Salvage.isDue(engine)).isFalse();
    }

    @Test
    void aTableThatCannotEvenBeOpenedIsFoundAtOpening() throws IOException {
        Path table = table();
        overwrite(table, Files.size(table) - 20);

        EngineFailure failure = catchThrowableOfType(
                EngineFailure.class, () -> RocksStore.open(engine, OPTIONS).close());

        assertThat(failure.isDamage()).isTrue();
        assertThat(failure).hasMessageContaining(table.getFileName().toString());
        assertThat(salvage(true)).containsExactlyElementsOf(REGIONS);
        try (RocksStore store = RocksStore.open(engine, OPTIONS)) {
            REGIONS.forEach(region ->
                    assertThat(store.get(META, bytes("lost-" + region))).isEqualTo(MARK));
        }
    }

    @Test
    void whatExistsNowhereElseIsNotGivenUp() throws IOException {
        flipInTheMiddleOf(table());
        List<String> damaged = whoCannotBeRead();

        assertThatThrownBy(() -> salvage(false))
                .isInstanceOf(EngineFailure.class)
                .hasMessageContaining(damaged.get(0) + " is damaged and exists nowhere else");

        assertThat(Salvage.isDue(engine)).isTrue();
        assertThat(engine.resolve("salvage.plan")).doesNotExist();
        try (RocksStore store = RocksStore.open(engine, OPTIONS)) {
            for (String region : REGIONS) {
                if (!damaged.contains(region)) {
                    assertThat(count(store, region)).isEqualTo(KEYS);
                }
            }
        }
    }

    @Test
    void aFalseAlarmLosesNothing() throws IOException {
        Files.writeString(engine.resolve("suspect"), "a bit of memory, not of disk");

        assertThat(salvage(true)).isEmpty();
        assertKeptAllBut(List.of());
    }

    /** After each of its steps it may be cut short; what follows makes the same of it. */
    @Test
    void itMayBeCutShortAfterEveryStep() throws Exception {
        for (int steps = 1; steps <= 4; steps++) {
            engine = directory.resolve("cut-" + steps);
            fill(engine);
            flipInTheMiddleOf(table());
            List<String> damaged = whoCannotBeRead();
            Salvage cut = new Salvage(engine, OPTIONS);
            cut.examine(store -> holdings(true));
            if (steps > 1) {
                cut.dropData();
            }
            if (steps > 2) {
                cut.takeIn(MARK);
            }
            if (steps > 3) {
                cut.dropData();
            }

            assertThat(Salvage.isDue(engine)).isTrue();
            salvage(true);

            assertKeptAllBut(damaged);
        }
    }

    private List<String> salvage(boolean isReplaceable) {
        return Salvage.run(engine, OPTIONS, store -> holdings(isReplaceable), MARK);
    }

    private static List<Salvage.Holding> holdings(boolean isReplaceable) {
        return REGIONS.stream()
                .map(region -> new Salvage.Holding(
                        region, range(region), Salvage.MetaKey.of(bytes("lost-" + region)), isReplaceable))
                .toList();
    }

    private void assertKeptAllBut(List<String> damaged) {
        try (RocksStore store = RocksStore.open(engine, OPTIONS)) {
            for (String region : REGIONS) {
                boolean isLost = damaged.contains(region);
                assertThat(count(store, region)).as(region).isEqualTo(isLost ? 0 : KEYS);
                assertThat(store.get(META, bytes("lost-" + region))).isEqualTo(isLost ? MARK : null);
                assertThat(store.getDurable(bytes("applied-" + region))).isEqualTo(bytes("7"));
            }
        }
    }

    /** Reads all regions; one or two fail, and say where. */
    private List<String> whoCannotBeRead() {
        List<String> damaged = new ArrayList<>();
        try (RocksStore store = RocksStore.open(engine, OPTIONS)) {
            for (String region : REGIONS) {
                try {
                    count(store, region);
                } catch (EngineFailure failed) {
                    assertThat(failed.isDamage()).isTrue();
                    assertThat(failed).hasMessageContaining(".sst");
                    damaged.add(region);
                }
            }
        }
        assertThat(damaged).hasSizeBetween(1, 2); // a block may hold the end of one and the beginning of the next
        return damaged;
    }

    private static int count(RocksStore store, String region) {
        int[] count = {0};
        try (KvSnapshot snapshot = store.snapshot()) {
            snapshot.scan(DATA, range(region), false, (key, value) -> ++count[0] > 0);
        }
        return count[0];
    }

    /** The one with the data: the largest. */
    private Path table() throws IOException {
        try (Stream<Path> files = Files.list(engine)) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void flipInTheMiddleOf(Path table) throws IOException {
        overwrite(table, Files.size(table) / 2);
    }

    private static void overwrite(Path table, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
            file.seek(at);
            int was = file.read();
            file.seek(at);
            file.write(was ^ 0x10);
        }
    }

    private static byte[] key(String region, int number) {
        return bytes(region + String.format("%04d", number));
    }

    private static KeyRange range(String region) {
        return KeyRange.of(Key.utf8(region), Key.utf8(Character.toString(region.charAt(0) + 1)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
