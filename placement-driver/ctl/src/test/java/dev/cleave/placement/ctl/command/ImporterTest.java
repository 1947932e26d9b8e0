package dev.cleave.placement.ctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ImporterTest {
    private final Map<Key, Value> written = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Integer> inFlight = new ArrayList<>();
    private final Set<Key> keysInFlight = new HashSet<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** A store that answers the oldest of its batches when a later one than {@code most} comes, as late as is allowed. */
    private CompletableFuture<Void> write(Map<Key, Value> pairs) {
        pairs.keySet()
                .forEach(key -> assertThat(keysInFlight.add(key))
                        .as("key in flight twice: " + key)
                        .isTrue());
        LazyAnswer answer = new LazyAnswer(pairs);
        waiting.add(answer::finish);
        inFlight.add(waiting.size());
        return answer;
    }

    /** Is answered when somebody waits for it. */
    private final class LazyAnswer extends CompletableFuture<Void> {
        private final Map<Key, Value> pairs;

        LazyAnswer(Map<Key, Value> pairs) {
            this.pairs = pairs;
        }

        @Override
        public Void join() {
            waiting.remove().run();
            return super.join();
        }

        void finish() {
            written.putAll(pairs);
            keysInFlight.removeAll(pairs.keySet());
            complete(null);
        }
    }

    private Importer.Count run(String text) throws IOException {
        Importer importer = new Importer(this::write, pause -> {}, notes::add, count -> {});
        return importer.run(new TsvLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void everyGoodLineIsWrittenAndBadOnesAreNamed() throws IOException {
        Importer.Count count = run("a\t1\nbroken\n\tempty\nb\t2\n");

        assertThat(written).containsOnlyKeys(Key.utf8("a"), Key.utf8("b"));
        assertThat(notes).containsExactly("line 2: no tab between key and value", "line 3: empty key");
        assertThat(count).isEqualTo(new Importer.Count(4, 2, 2, 0, 4));
    }

    @Test
    void batchesInFlightAreBounded() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append("key").append(i).append('\t').append(i).append('\n');
        }

        Importer.Count count = run(text.toString());

        assertThat(count.imported()).isEqualTo(20_000);
        assertThat(written).hasSize(20_000);
        assertThat(inFlight).hasSizeGreaterThan(10).allMatch(batches -> batches <= 8);
    }

    @Test
    void ofSeveralLinesWithOneKeyTheLastWins() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append("key").append(i % 700).append('\t').append(i).append('\n');
        }

        run(text.toString());

        assertThat(written).hasSize(700);
        for (int i = 4_300; i < 5_000; i++) {
            assertThat(written.get(Key.utf8("key" + i % 700))).isEqualTo(Value.utf8(Integer.toString(i)));
        }
    }

    @Test
    void manyBadLinesAreCountedButNotAllNamed() throws IOException {
        Importer.Count count = run("bad\n".repeat(1_000) + "a\t1\n");

        assertThat(count.bad()).isEqualTo(1_000);
        assertThat(count.imported()).isEqualTo(1);
        assertThat(notes).hasSize(101).last().isEqualTo("further bad lines are only counted");
    }
}
