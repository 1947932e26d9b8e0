package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.DATA;
import static dev.cleave.engine.kv.KvEngine.Family.META;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine promises; run once per implementation. Nothing is flushed unless a story says so. */
abstract class KvEngineContract {
    KvEngine engine;

    abstract KvEngine open();

    /** The process dies and another one opens the same disk. */
    abstract KvEngine crashAndOpen(KvEngine running);

    @BeforeEach
    void start() {
        engine = open();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aBatchIsSeenWholeAndInOrder() {
        KvBatch batch = engine.newBatch();
        assertThat(batch.isEmpty()).isTrue();
        batch.put(DATA, bytes("a"), bytes("1"));
        batch.put(DATA, bytes("a"), bytes("2"));
        batch.put(DATA, bytes("b"), bytes("3"));
        batch.delete(DATA, bytes("b"));
        batch.put(META, bytes("a"), bytes("m"));
        assertThat(batch.isEmpty()).isFalse();
        assertThat(batch.bytes()).isBetween(10L, 100L);

        assertThat(engine.get(DATA, bytes("a"))).isNull();
        engine.write(batch);

        assertThat(engine.get(DATA, bytes("a"))).isEqualTo(bytes("2"));
        assertThat(engine.get(DATA, bytes("b"))).isNull();
        assertThat(engine.get(META, bytes("a"))).isEqualTo(bytes("m"));
        assertThat(engine.get(META, bytes("b"))).isNull();
    }

    @Test
    void memoryAloneTellsWhatWasJustWrittenUpToABound() {
        put(DATA, "a", "1");
        put(DATA, "b", "12345");
        put(DATA, "c", "");

        MemoryRead found = engine.getFromMemory(bytes("a"), 4);
        assertThat(found.kind()).isEqualTo(MemoryRead.Kind.FOUND);
        assertThat(found.value()).isEqualTo(bytes("1"));
        assertThat(engine.getFromMemory(bytes("b"), 4)).isEqualTo(MemoryRead.ELSEWHERE);
        assertThat(engine.getFromMemory(bytes("b"), 5).value()).isEqualTo(bytes("12345"));
        assertThat(engine.getFromMemory(bytes("c"), 4).value()).isEmpty();
    }

    /** Absent is said only of what is. */
    @Test
    void whatOnlyTheDiskKnowsIsElsewhere() {
        for (int i = 0; i < 200; i++) {
            put(DATA, "k" + i, "v" + i);
        }
        engine.flush();
        engine.close();
        engine = open();
        int elsewhere = 0;
        for (int i = 0; i < 200; i++) {
            MemoryRead read = engine.getFromMemory(bytes("k" + i), 64);
            assertThat(read.kind()).isNotEqualTo(MemoryRead.Kind.ABSENT);
            elsewhere += read.kind() == MemoryRead.Kind.ELSEWHERE ? 1 : 0;
        }
        assertThat(elsewhere).isPositive();

        assertThat(engine.get(DATA, bytes("k7"))).isEqualTo(bytes("v7"));
    }

    @Test
    void anEmptyBatchAndEmptyKeysAndValuesAreFine() {
        engine.write(engine.newBatch());
        put(DATA, "", "");
        put(DATA, "x", "");

        assertThat(engine.get(DATA, new byte[0])).isEmpty();
        assertThat(contents(KeyRange.ALL)).containsExactly("=", "x=");
    }

    @Test
    void aRangeDeleteStandsInOrderWithThePutsOfItsBatch() {
        put(DATA, "a", "old");
        put(DATA, "b", "old");
        put(DATA, "c", "old");

        KvBatch batch = engine.newBatch();
        batch.put(DATA, bytes("a1"), bytes("before"));
        batch.deleteRange(DATA, range("a", "c"));
        batch.put(DATA, bytes("b"), bytes("after"));
        engine.write(batch);

        assertThat(contents(KeyRange.ALL)).containsExactly("b=after", "c=old");
    }

    @Test
    void aRangeDeleteWithoutEndReachesTheLastKey() {
        byte[] high = new byte[KeyBounds.KEY_BYTES_MAX];
        java.util.Arrays.fill(high, (byte) 0xFF);
        KvBatch puts = engine.newBatch();
        puts.put(DATA, high, bytes("last"));
        puts.put(DATA, bytes("a"), bytes("first"));
        puts.put(META, high, bytes("meta"));
        engine.write(puts);
        assertThat(engine.get(DATA, high)).isEqualTo(bytes("last"));

        KvBatch batch = engine.newBatch();
        batch.deleteRange(DATA, range("b", ""));
        engine.write(batch);

        assertThat(contents(KeyRange.ALL)).containsExactly("a=first");
        assertThat(engine.get(META, high)).isEqualTo(bytes("meta"));
    }

    @Test
    void aKeyBeyondTheLimitIsRefused() {
        KvBatch batch = engine.newBatch();
        assertThatThrownBy(() -> batch.put(DATA, new byte[KeyBounds.KEY_BYTES_MAX + 1], bytes("v")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8191");
        batch.close();
    }

    @Test
    void aBatchIsWrittenOnceAndOnlyByItsOwnEngine() {
        KvBatch batch = engine.newBatch();
        batch.put(DATA, bytes("a"), bytes("1"));
        engine.write(batch);

        assertThatThrownBy(() -> engine.write(batch)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch.put(DATA, bytes("a"), bytes("1"))).isInstanceOf(IllegalStateException.class);
        try (MemoryStore other = MemoryStore.open(new MemoryDisk(), dev.cleave.engine.base.Randomness.seeded(1))) {
            assertThatThrownBy(() -> engine.write(other.newBatch())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aBatchLargerThanItsFirstBufferArrivesWhole() {
        byte[] large = new byte[3 << 20];
        new java.util.Random(5).nextBytes(large);
        KvBatch batch = engine.newBatch();
        for (int i = 0; i < 3; i++) {
            batch.put(DATA, bytes("k" + i), large);
        }
        engine.write(batch);

        assertThat(engine.get(DATA, bytes("k2"))).isEqualTo(large);
    }

    @Test
    void aSnapshotDoesNotMove() {
        put(DATA, "a", "1");
        put(META, "m", "1");

        try (KvSnapshot snapshot = engine.snapshot()) {
            put(DATA, "a", "2");
            put(DATA, "b", "2");
            put(META, "m", "2");
            KvBatch batch = engine.newBatch();
            batch.deleteRange(DATA, KeyRange.ALL);
            engine.write(batch);
            engine.flush();

            assertThat(snapshot.get(DATA, bytes("a"))).isEqualTo(bytes("1"));
            assertThat(snapshot.get(DATA, bytes("b"))).isNull();
            assertThat(snapshot.get(META, bytes("m"))).isEqualTo(bytes("1"));
            assertThat(contents(snapshot, KeyRange.ALL, false)).containsExactly("a=1");
        }
        assertThat(contents(KeyRange.ALL)).isEmpty();
    }

    @Test
    void scansRespectBoundsAndDirectionAndStop() {
        for (String key : List.of("a", "b", "c", "d", "e")) {
            put(DATA, key, key);
        }
        engine.flush();
        put(DATA, "bb", "bb");

        try (KvSnapshot snapshot = engine.snapshot()) {
            assertThat(contents(snapshot, range("b", "d"), false)).containsExactly("b=b", "bb=bb", "c=c");
            assertThat(contents(snapshot, range("b", "d"), true)).containsExactly("c=c", "bb=bb", "b=b");
            assertThat(contents(snapshot, range("d", ""), true)).containsExactly("e=e", "d=d");
            assertThat(contents(snapshot, range("", "b"), true)).containsExactly("a=a");
            assertThat(contents(snapshot, range("x", "y"), false)).isEmpty();
            assertThat(contents(snapshot, range("ba", "bb"), true)).isEmpty();

            List<String> seen = new ArrayList<>();
            snapshot.scan(DATA, KeyRange.ALL, true, (key, value) -> {
                seen.add(text(key));
                return seen.size() < 2;
            });
            assertThat(seen).containsExactly("e", "d");
        }
    }

    @Test
    void aScanLendsWhatASnapshotShows() {
        for (int i = 0; i < 60; i++) {
            put(DATA, key(i), "v".repeat(i * i * 30));
        }
        engine.flush();
        for (int i = 0; i < 60; i += 3) {
            put(DATA, key(i) + "x", "");
        }
        put(DATA, "", "empty");
        put(META, "m", "elsewhere");

        for (KeyRange range : List.of(KeyRange.ALL, range(key(7), key(31)), range(key(50), ""), range("x", "y"))) {
            for (boolean isReverse : new boolean[] {false, true}) {
                try (KvSnapshot snapshot = engine.snapshot()) {
                    assertThat(lent(range, isReverse)).isEqualTo(contents(snapshot, range, isReverse));
                }
            }
        }
        List<String> seen = new ArrayList<>();
        engine.scan(DATA, KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> {
            seen.add(new String(key, 0, keyBytes, java.nio.charset.StandardCharsets.UTF_8));
            return seen.size() < 2;
        });
        assertThat(seen).containsExactly("", key(0));
    }

    @Test
    void aScanOfMemoryShowsWhatWasJustWritten() {
        put(DATA, "a", "1");
        put(DATA, "b", "2");
        put(DATA, "c", "3");
        put(META, "b", "elsewhere");

        assertThat(lentFromMemory(range("b", ""), false)).contains(List.of("b=2", "c=3"));
        assertThat(lentFromMemory(range("", "c"), true)).contains(List.of("b=2", "a=1"));
        assertThat(lentFromMemory(range("x", "y"), false)).contains(List.of());
    }

    /** Either all that is asked for, or it says that it is not. */
    @Test
    void aScanOfMemorySaysWhenOnlyTheDiskKnows() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            put(DATA, key(i), "v" + i);
            all.add(key(i) + "=v" + i);
        }
        engine.flush();
        engine.close();
        engine = open();

        int elsewhere = 0;
        for (int i = 0; i < 200; i++) {
            Optional<List<String>> found = lentFromMemory(range(key(i), ""), false);
            List<String> rest = all.subList(i, 200);
            found.ifPresent(pairs -> assertThat(pairs).isEqualTo(rest));
            elsewhere += found.isEmpty() ? 1 : 0;
        }
        assertThat(elsewhere).isPositive();
    }

    @Test
    void manyKeysAreLookedForInTheirOrderAndThoseThatAreThereAreShown() {
        put(DATA, "a", "1");
        put(DATA, "c", "");
        put(DATA, "d", "x".repeat(50_000));
        put(DATA, "e", "x".repeat(70_000));
        put(META, "b", "elsewhere");

        assertThat(lentOf("c", "b", "a", "c", "z")).containsExactly("c=", "a=1", "c=");
        assertThat(lentOf("d", "e", "a")).hasSize(3).allMatch(pair -> pair.matches("[de]=x+|a=1"));
        assertThat(lentOf()).isEmpty();
        assertThat(lentOfFromMemory("c", "b", "a", "c", "z")).contains(List.of("c=", "a=1", "c="));
        assertThat(lentOfFromMemory("d")).map(List::size).contains(1);
        assertThat(lentOfFromMemory("d", "e")).as("a value too large").isEmpty();
        assertThat(lentOf("e")).containsExactly("e=" + "x".repeat(70_000));
    }

    @Test
    void lookingForManyKeysEndsWhenTheVisitorHasSeenEnough() {
        put(DATA, "a", "1");
        put(DATA, "b", "2");
        List<String> seen = new ArrayList<>();

        engine.getAll(keys("a", "b"), (key, keyBytes, value, valueBytes) -> {
            seen.add(pair(key, keyBytes, value, valueBytes));
            return false;
        });
        boolean isAll = engine.getAllFromMemory(keys("b", "a"), (key, keyBytes, value, valueBytes) -> {
            seen.add(pair(key, keyBytes, value, valueBytes));
            return false;
        });

        assertThat(seen).containsExactly("a=1", "b=2");
        assertThat(isAll).isTrue();
    }

    /** Either all that is asked for, or it says that it is not. */
    @Test
    void lookingForManyKeysInMemorySaysWhenOnlyTheDiskKnows() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            put(DATA, key(i), "v" + i);
            all.add(key(i) + "=v" + i);
        }
        engine.flush();
        engine.close();
        engine = open();

        int elsewhere = 0;
        for (int i = 0; i < 200; i++) {
            int to = Math.min(200, i + 10);
            String[] keys = all.subList(i, to).stream()
                    .map(pair -> pair.substring(0, pair.indexOf('=')))
                    .toArray(String[]::new);
            Optional<List<String>> found = lentOfFromMemory(keys);
            List<String> expected = all.subList(i, to);
            found.ifPresent(pairs -> assertThat(pairs).isEqualTo(expected));
            elsewhere += found.isEmpty() ? 1 : 0;
            assertThat(lentOf(keys)).isEqualTo(expected);
        }
        assertThat(elsewhere).isPositive();
    }

    /** It does not see what is written while it goes on. */
    @Test
    void manyKeysAreSeenAsOfOneMoment() {
        put(DATA, "a", "1");
        put(DATA, "b", "1");
        List<String> seen = new ArrayList<>();

        engine.getAll(keys("a", "b", "c"), (key, keyBytes, value, valueBytes) -> {
            put(DATA, "b", "2");
            put(DATA, "c", "2");
            return seen.add(pair(key, keyBytes, value, valueBytes));
        });

        assertThat(seen).containsExactly("a=1", "b=1");
    }

    /** It does not see what is written while it goes on. */
    @Test
    void aScanSeesOneMoment() {
        put(DATA, "a", "1");
        put(DATA, "b", "1");
        put(DATA, "c", "1");
        List<String> seen = new ArrayList<>();

        engine.scan(DATA, KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> {
            if (seen.isEmpty()) {
                put(DATA, "b", "2");
                KvBatch batch = engine.newBatch();
                batch.delete(DATA, bytes("c"));
                engine.write(batch);
                engine.flush();
            }
            return seen.add(pair(key, keyBytes, value, valueBytes));
        });

        assertThat(seen).containsExactly("a=1", "b=1", "c=1");
    }

    @Test
    void whatAVisitorThrowsArrivesAtTheCaller() {
        put(DATA, "a", "1");
        try (KvSnapshot snapshot = engine.snapshot()) {
            assertThatThrownBy(() -> snapshot.scan(DATA, KeyRange.ALL, false, (key, value) -> {
                        throw new UnsupportedOperationException("enough");
                    }))
                    .hasMessage("enough");
        }
        assertThatThrownBy(() -> engine.scan(DATA, KeyRange.ALL, false, (key, keyBytes, value, valueBytes) -> {
                    throw new UnsupportedOperationException("enough");
                }))
                .hasMessage("enough");
    }

    @Test
    void onlyAFlushMakesBatchesDurable() {
        put(META, "applied", "1");
        assertThat(engine.getDurable(bytes("applied"))).isNull();

        long flushesBefore = engine.flushes();
        engine.flush();
        assertThat(engine.flushes()).isGreaterThan(flushesBefore);
        put(META, "applied", "2");

        assertThat(engine.getDurable(bytes("applied"))).isEqualTo(bytes("1"));
        assertThat(engine.get(META, bytes("applied"))).isEqualTo(bytes("2"));
        engine.flush();
        assertThat(engine.getDurable(bytes("applied"))).isEqualTo(bytes("2"));
    }

    @Test
    void aCrashReturnsToTheLastFlushInBothFamilies() {
        put(DATA, "k", "1");
        put(META, "applied", "1");
        engine.flush();
        put(DATA, "k", "2");
        put(META, "applied", "2");

        engine = crashAndOpen(engine);

        assertThat(engine.get(DATA, bytes("k"))).isEqualTo(bytes("1"));
        assertThat(engine.get(META, bytes("applied"))).isEqualTo(bytes("1"));
        assertThat(engine.getDurable(bytes("applied"))).isEqualTo(bytes("1"));
    }

    @Test
    void aRangeTravelsInFiles() {
        for (int i = 0; i < 500; i++) {
            put(DATA, key(i), "value " + i);
        }
        KeyRange part = range(key(100), key(400));

        List<RangeFiles.Info> sent = export(part, "snap-7", 2000);
        assertThat(sent).hasSize(3);
        assertThat(sent.stream().mapToLong(RangeFiles.Info::keys).sum()).isEqualTo(300);
        assertThat(engine.rangeFiles().list())
                .containsExactlyInAnyOrderElementsOf(
                        sent.stream().map(RangeFiles.Info::name).toList());
        List<String> names = receive(sent, "got-9");

        KvBatch batch = engine.newBatch();
        batch.deleteRange(DATA, range(key(100), key(300)));
        batch.put(DATA, bytes(key(350)), bytes("changed"));
        batch.put(DATA, bytes(key(350) + "x"), bytes("added"));
        engine.write(batch);
        engine.replaceRange(part, names);

        assertThat(contents(KeyRange.ALL)).hasSize(500).contains(key(350) + "=value 350", key(100) + "=value 100");
        assertThat(engine.rangeFiles().list()).containsAll(names);
        engine.rangeFiles().delete("got-9");
        assertThat(engine.rangeFiles().list()).doesNotContainAnyElementsOf(names);
        assertThat(contents(part)).hasSize(300);
    }

    @Test
    void anEmptyRangeNeedsNoFileAndStillClears() {
        put(DATA, "a", "1");
        put(DATA, "b", "1");
        put(DATA, "c", "1");

        assertThat(export(range("x", ""), "none", 1000)).isEmpty();
        engine.replaceRange(range("b", ""), List.of());

        assertThat(contents(KeyRange.ALL)).containsExactly("a=1");
        engine = crashAndOpen(engine);
        assertThat(contents(KeyRange.ALL)).containsExactly("a=1");
    }

    @Test
    void ingestedFilesAreDurableAtOnceAndLaterWritesAreNot() {
        put(DATA, "a", "1");
        put(DATA, "b", "1");
        List<String> names = receive(export(KeyRange.ALL, "snap", 1 << 20), "got");
        put(DATA, "b", "2");

        engine.replaceRange(KeyRange.ALL, names);
        put(DATA, "b", "3");
        engine = crashAndOpen(engine);

        assertThat(contents(KeyRange.ALL)).containsExactly("a=1", "b=1");
        assertThat(engine.rangeFiles().list()).containsAll(names);
        engine.replaceRange(KeyRange.ALL, names);
        assertThat(contents(KeyRange.ALL)).containsExactly("a=1", "b=1");
    }

    @Test
    void aRangeLivesOnAfterItWasReplaced() {
        put(DATA, "b", "1");
        List<String> names = receive(export(KeyRange.ALL, "snap", 1 << 20), "got");
        engine.replaceRange(range("a", "c"), names);
        put(DATA, "b", "2");
        put(DATA, "bb", "2");
        engine.flush();
        engine.rangeFiles().delete("got");

        assertThat(contents(KeyRange.ALL)).containsExactly("b=2", "bb=2");
        engine = crashAndOpen(engine);
        assertThat(contents(KeyRange.ALL)).containsExactly("b=2", "bb=2");
    }

    @Test
    void aFileOfAnotherRangeIsRefusedBeforeAnythingIsCleared() {
        put(DATA, "a", "1");
        put(DATA, "b", "1");
        List<String> names = receive(export(KeyRange.ALL, "snap", 1 << 20), "got");

        assertThatThrownBy(() -> engine.replaceRange(range("b", "c"), names))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not inside");
        assertThatThrownBy(() -> engine.replaceRange(range("b", "c"), List.of("nowhere-0")))
                .isInstanceOf(EngineFailure.class)
                .hasMessageContaining("nowhere-0");
        assertThat(contents(KeyRange.ALL)).containsExactly("a=1", "b=1");
    }

    @Test
    void aFlippedByteIsFoundWhenSealing() {
        put(DATA, "a", "1");
        RangeFiles.Info info = export(KeyRange.ALL, "snap", 1 << 20).get(0);
        byte[] bytes = read(info);
        bytes[bytes.length / 2] ^= 1;
        RangeFiles files = engine.rangeFiles();
        RangeFiles.Info expected = renamed(info, "got-0");

        files.append("got-0", 0, ByteBuffer.wrap(bytes));
        assertThat(files.seal(expected)).isFalse();
        assertThat(files.list()).doesNotContain("got-0");

        bytes[bytes.length / 2] ^= 1;
        files.append("got-0", 0, ByteBuffer.wrap(bytes, 0, bytes.length - 1));
        assertThat(files.seal(expected)).isFalse();

        files.append("got-0", 0, ByteBuffer.wrap(bytes));
        assertThat(files.seal(expected)).isTrue();
        assertThat(files.seal(expected)).as("sealing again").isTrue();
        assertThat(files.seal(renamed(info, "never-0"))).isFalse();
    }

    @Test
    void receivedBytesMustFollowEachOtherAndAreLostInACrashUntilSealed() {
        RangeFiles files = engine.rangeFiles();
        files.append("got-0", 0, ByteBuffer.wrap(new byte[10]));
        assertThatThrownBy(() -> files.append("got-0", 11, ByteBuffer.wrap(new byte[1])))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("start again at 0");
        assertThatThrownBy(() -> files.append("other-0", 5, ByteBuffer.wrap(new byte[1])))
                .isInstanceOf(IllegalStateException.class);
        files.append("got-0", 10, ByteBuffer.allocateDirect(5));
        assertThat(files.list()).containsExactly("got-0");

        engine = crashAndOpen(engine);

        assertThat(engine.rangeFiles().list()).isEmpty();
    }

    @Test
    void rangeFilesHaveTameNamesAndBoundedReads() {
        RangeFiles files = engine.rangeFiles();
        for (String name : List.of("", "../x", "a/b", ".hidden", "a b", "ä")) {
            assertThatThrownBy(() -> files.append(name, 0, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.delete(name)).isInstanceOf(IllegalArgumentException.class);
        }
        put(DATA, "a", "1");
        RangeFiles.Info info = export(KeyRange.ALL, "snap", 1 << 20).get(0);
        assertThatThrownBy(() -> files.read(info.name(), info.bytes() - 1, ByteBuffer.allocate(2)))
                .isInstanceOf(EngineFailure.class);
        assertThatThrownBy(() -> files.read("missing-0", 0, ByteBuffer.allocate(2)))
                .isInstanceOf(EngineFailure.class)
                .hasMessageContaining("missing-0");
    }

    @Test
    void anExportShowsItsSnapshotNotThePresent() {
        put(DATA, "a", "1");
        List<String> names;
        try (KvSnapshot snapshot = engine.snapshot()) {
            put(DATA, "a", "2");
            put(DATA, "b", "2");
            names = engine.rangeFiles().export(snapshot, KeyRange.ALL, "snap", 1 << 20).stream()
                    .map(RangeFiles.Info::name)
                    .toList();
        }
        engine.replaceRange(KeyRange.ALL, names);

        assertThat(contents(KeyRange.ALL)).containsExactly("a=1");
    }

    @Test
    void anExportInStepsHoldsWhatOneInOneGoHolds() {
        for (int i = 0; i < 500; i++) {
            put(DATA, key(i), "v".repeat(i));
        }
        KeyRange range = range(key(10), key(490));
        List<RangeFiles.Info> whole = export(range, "whole", 20_000);
        List<RangeFiles.Info> stepped;
        int steps = 1;
        try (KvSnapshot snapshot = engine.snapshot();
                RangeFiles.Export export = engine.rangeFiles().begin(snapshot, range, "stepped", 20_000)) {
            assertThatThrownBy(export::files).isInstanceOf(IllegalStateException.class);
            while (export.write(3_000)) {
                steps++;
            }
            assertThat(export.write(3_000)).as("it is over").isFalse();
            stepped = export.files();
        }

        assertThat(steps).isBetween(30, 50);
        assertThat(stepped).hasSameSizeAs(whole);
        assertThat(stepped.stream().mapToLong(RangeFiles.Info::keys).sum()).isEqualTo(480);
        for (int i = 0; i < whole.size(); i++) {
            assertThat(stepped.get(i).keys()).isEqualTo(whole.get(i).keys());
        }
        engine.replaceRange(range, stepped.stream().map(RangeFiles.Info::name).toList());
        assertThat(contents(range)).hasSize(480).last().isEqualTo(key(489) + "=" + "v".repeat(489));
    }

    @Test
    void anExportThatIsGivenUpLeavesOnlyWhatIsComplete() {
        for (int i = 0; i < 100; i++) {
            put(DATA, key(i), "v".repeat(100));
        }
        try (KvSnapshot snapshot = engine.snapshot();
                RangeFiles.Export export = engine.rangeFiles().begin(snapshot, KeyRange.ALL, "half", 5_000)) {
            assertThat(export.write(7_000)).isTrue();
        }

        assertThat(engine.rangeFiles().list()).containsExactly("half-0");
    }

    @Test
    void aDestroyedRangeIsGoneAndItsNeighboursStay() {
        for (int i = 0; i < 3000; i++) {
            put(DATA, key(i), "v");
        }
        engine.flush();
        KeyRange doomed = range(key(1000), key(2000));

        engine.destroyRange(doomed);
        engine.destroyRange(doomed);
        assertThat(contents(KeyRange.ALL)).hasSize(2000);
        assertThat(contents(doomed)).isEmpty();
        put(DATA, key(1500), "again");
        engine.flush();
        assertThat(contents(doomed)).containsExactly(key(1500) + "=again");

        engine.destroyRange(range(key(2500), ""));
        engine.flush();
        engine = crashAndOpen(engine);
        assertThat(contents(KeyRange.ALL)).hasSize(1501);
    }

    @Test
    void approximateBytesGrowWithTheRange() {
        java.util.Random random = new java.util.Random(4);
        byte[] value = new byte[300];
        for (int i = 0; i < 4000; i++) {
            random.nextBytes(value);
            KvBatch batch = engine.newBatch();
            batch.put(DATA, bytes(key(i)), value);
            engine.write(batch);
        }
        for (boolean isFlushed : new boolean[] {false, true}) {
            long all = engine.approximateBytes(KeyRange.ALL);
            long half = engine.approximateBytes(range(key(0), key(2000)));
            assertThat(all).as("flushed: %s", isFlushed).isGreaterThan(600_000);
            assertThat(half).isBetween(all / 4, all * 3 / 4);
            engine.flush();
        }
        assertThat(engine.memoryBytes()).isPositive();
    }

    @Test
    void theMiddleKeyHalvesTheBytes() {
        assertThat(engine.middleKey(KeyRange.ALL)).isEmpty();
        put(DATA, "a", "x".repeat(1000));
        assertThat(engine.middleKey(KeyRange.ALL)).isEmpty();
        put(DATA, "b", "x");
        assertThat(engine.middleKey(KeyRange.ALL)).contains(Key.utf8("b"));
        put(DATA, "c", "x");
        assertThat(engine.middleKey(KeyRange.ALL)).contains(Key.utf8("b"));
        put(DATA, "d", "x".repeat(3000));
        assertThat(engine.middleKey(KeyRange.ALL)).contains(Key.utf8("d"));
        assertThat(engine.middleKey(range("a", "d"))).contains(Key.utf8("b"));
        assertThat(engine.middleKey(range("d", ""))).isEmpty();
        engine.flush();

        KvBatch batch = engine.newBatch();
        for (int i = 0; i < 1000; i++) {
            batch.put(DATA, bytes(key(i)), bytes("0123456789"));
        }
        engine.write(batch);
        assertThat(engine.middleKey(range(key(0), key(1000)))).isEqualTo(Optional.of(Key.utf8(key(500))));
        assertThat(engine.middleKey(range(key(0), key(2)))).isEqualTo(Optional.of(Key.utf8(key(1))));
    }

    @Test
    void aClosedEngineRefusesEverythingInWords() {
        put(DATA, "a", "1");
        KvSnapshot snapshot = engine.snapshot();
        KvBatch batch = engine.newBatch();
        batch.put(DATA, bytes("a"), bytes("2"));
        RangeFiles files = engine.rangeFiles();
        engine.close();
        engine.close();

        List<Runnable> attempts = List.of(
                () -> engine.get(DATA, bytes("a")),
                () -> engine.getDurable(bytes("a")),
                () -> engine.write(batch),
                () -> engine.snapshot(),
                () -> engine.flush(),
                () -> engine.flushes(),
                () -> engine.compactForScans(true),
                () -> engine.replaceRange(KeyRange.ALL, List.of()),
                () -> engine.destroyRange(KeyRange.ALL),
                () -> engine.approximateBytes(KeyRange.ALL),
                () -> engine.middleKey(KeyRange.ALL),
                () -> engine.memoryBytes(),
                () -> snapshot.get(DATA, bytes("a")),
                () -> snapshot.scan(DATA, KeyRange.ALL, false, (key, value) -> true),
                () -> files.list(),
                () -> files.append("a-0", 0, ByteBuffer.allocate(1)),
                () -> files.read("a-0", 0, ByteBuffer.allocate(1)),
                () -> files.delete("a"));
        for (Runnable attempt : attempts) {
            assertThatThrownBy(attempt::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
        snapshot.close();
        batch.close();
    }

    @Test
    void aClosedSnapshotRefusesToAnswer() {
        KvSnapshot snapshot = engine.snapshot();
        snapshot.close();
        snapshot.close();

        assertThatThrownBy(() -> snapshot.get(DATA, bytes("a"))).isInstanceOf(IllegalStateException.class);
    }

    void put(KvEngine.Family family, String key, String value) {
        KvBatch batch = engine.newBatch();
        batch.put(family, bytes(key), bytes(value));
        engine.write(batch);
    }

    List<String> contents(KeyRange range) {
        try (KvSnapshot snapshot = engine.snapshot()) {
            return contents(snapshot, range, false);
        }
    }

    static List<String> contents(KvSnapshot snapshot, KeyRange range, boolean isReverse) {
        List<String> found = new ArrayList<>();
        snapshot.scan(DATA, range, isReverse, (key, value) -> found.add(text(key) + "=" + text(value)));
        return found;
    }

    private List<String> lent(KeyRange range, boolean isReverse) {
        List<String> found = new ArrayList<>();
        engine.scan(
                DATA,
                range,
                isReverse,
                (key, keyBytes, value, valueBytes) -> found.add(pair(key, keyBytes, value, valueBytes)));
        return found;
    }

    private Optional<List<String>> lentFromMemory(KeyRange range, boolean isReverse) {
        List<String> found = new ArrayList<>();
        boolean isAll = engine.scanMemory(
                range,
                isReverse,
                (key, keyBytes, value, valueBytes) -> found.add(pair(key, keyBytes, value, valueBytes)));
        return isAll ? Optional.of(found) : Optional.empty();
    }

    private List<String> lentOf(String... keys) {
        List<String> found = new ArrayList<>();
        engine.getAll(
                keys(keys), (key, keyBytes, value, valueBytes) -> found.add(pair(key, keyBytes, value, valueBytes)));
        return found;
    }

    private Optional<List<String>> lentOfFromMemory(String... keys) {
        List<String> found = new ArrayList<>();
        boolean isAll = engine.getAllFromMemory(
                keys(keys), (key, keyBytes, value, valueBytes) -> found.add(pair(key, keyBytes, value, valueBytes)));
        return isAll ? Optional.of(found) : Optional.empty();
    }

    private static KvEngine.LentKeys keys(String... keys) {
        int[] next = {0};
        return room -> {
            if (next[0] == keys.length) {
                return -1;
            }
            byte[] key = bytes(keys[next[0]++]);
            System.arraycopy(key, 0, room, 0, key.length);
            return key.length;
        };
    }

    private static String pair(byte[] key, int keyBytes, byte[] value, int valueBytes) {
        return text(java.util.Arrays.copyOf(key, keyBytes)) + "=" + text(java.util.Arrays.copyOf(value, valueBytes));
    }

    private List<RangeFiles.Info> export(KeyRange range, String prefix, long fileBytesMax) {
        try (KvSnapshot snapshot = engine.snapshot()) {
            return engine.rangeFiles().export(snapshot, range, prefix, fileBytesMax);
        }
    }

    /** Sends the files from the engine to itself in small chunks, under new names. */
    private List<String> receive(List<RangeFiles.Info> sent, String prefix) {
        List<String> names = new ArrayList<>();
        for (RangeFiles.Info info : sent) {
            String name = prefix + "-" + names.size();
            ByteBuffer bytes = ByteBuffer.wrap(read(info));
            while (bytes.hasRemaining()) {
                int chunk = Math.min(700, bytes.remaining());
                engine.rangeFiles().append(name, bytes.position(), bytes.slice(bytes.position(), chunk));
                bytes.position(bytes.position() + chunk);
            }
            assertThat(engine.rangeFiles().seal(renamed(info, name))).isTrue();
            names.add(name);
        }
        return names;
    }

    private byte[] read(RangeFiles.Info info) {
        ByteBuffer bytes = ByteBuffer.allocate((int) info.bytes());
        engine.rangeFiles().read(info.name(), 0, bytes);
        return bytes.array();
    }

    private static RangeFiles.Info renamed(RangeFiles.Info info, String name) {
        return new RangeFiles.Info(name, info.bytes(), info.crc32c(), info.keys());
    }

    static KeyRange range(String start, String end) {
        return KeyRange.of(Key.utf8(start), Key.utf8(end));
    }

    static String key(int i) {
        return String.format("key-%05d", i);
    }

    static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}
