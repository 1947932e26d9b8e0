package dev.cleave.region.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoaderAndVerifierTest {
    private final VirtualTime time = new VirtualTime();
    private final FakeStore store = new FakeStore(time, 1);
    private final Dataset dataset = new Dataset(new KeySpace("row-", 5003), 64, 42);
    private final List<Loader.Progress> heard = new ArrayList<>();

    private Loader loader(Loader.Config config) {
        return new Loader(config, dataset, store, time, time, heard::add);
    }

    private <T> T await(CompletableFuture<T> future) {
        time.runUntil(future::isDone);
        return future.join();
    }

    private Loader.Progress load() {
        return await(loader(new Loader.Config(100, 4000, 4, 20, Duration.ofMillis(50), Duration.ofMillis(20)))
                .load());
    }

    private Verifier.Report verify() {
        return await(Verifier.of(dataset, store, time).verify());
    }

    @Test
    void everythingLoadedIsThere() {
        Loader.Progress end = load();

        assertThat(end.isDone()).isTrue();
        assertThat(end.keysLoaded()).isEqualTo(5003);
        assertThat(end.bytesLoaded()).isEqualTo(5003L * (64 + dataset.key(0).length()));
        assertThat(store.data).hasSize(5003);
        assertThat(store.inFlightSeen).isEqualTo(4);
        assertThat(heard).hasSizeGreaterThan(3);
        assertThat(heard.get(0).keysLoaded()).isLessThan(5003);
        assertThat(heard.get(heard.size() - 1)).isEqualTo(end);
        assertThat(verify()).isEqualTo(new Verifier.Report(5003, 0, 0, 0, List.of()));
    }

    @Test
    void refusedAndUndeterminedBatchesAreWrittenAgain() {
        store.refusedPercent = 20;
        store.unknownPercent = 10;

        assertThat(load().batchesResent()).isPositive();

        assertThat(verify().isClean()).isTrue();
    }

    @Test
    void aLoadThatCannotBeDoneEndsInWords() {
        store.refusedPercent = 100;

        CompletableFuture<Loader.Progress> load =
                loader(Loader.Config.defaults()).load();

        assertThatThrownBy(() -> await(load))
                .hasCauseInstanceOf(Loader.LoadFailed.class)
                .hasMessageContaining("loaded 0 of 5003 keys")
                .hasMessageContaining("busy");
    }

    @Test
    void aLoadMayBeStopped() {
        Loader loader = loader(Loader.Config.defaults());
        CompletableFuture<Loader.Progress> load = loader.load();
        loader.stop();

        assertThatThrownBy(() -> await(load)).hasMessageContaining("stopped");
    }

    @Test
    void everyKindOfDifferenceIsFound() {
        load();
        store.data.remove(dataset.key(0));
        store.data.remove(dataset.key(1500));
        store.data.remove(dataset.key(5002));
        store.data.put(dataset.key(7), Value.utf8("other"));
        store.data.put(dataset.key(8).next(), Value.utf8("more"));
        store.data.put(Key.utf8("before"), Value.utf8("outside"));

        Verifier.Report report = verify();

        assertThat(report.isClean()).isFalse();
        assertThat(report.matched()).isEqualTo(4999);
        assertThat(report.missing()).isEqualTo(3);
        assertThat(report.different()).isEqualTo(1);
        assertThat(report.unexpected()).isEqualTo(1);
        assertThat(report.examples().get(0)).startsWith("missing: row-00000000000");
        assertThat(report.toString()).contains("4999 as expected, 3 missing");
    }

    @Test
    void anEmptyStoreMissesEverything() {
        assertThat(verify().missing()).isEqualTo(5003);
    }

    @Test
    void aMapMayBeCompared() {
        TreeMap<Key, Value> expected = new TreeMap<>();
        expected.put(Key.utf8("a"), Value.utf8("1"));
        store.data.put(Key.utf8("a"), Value.utf8("1"));

        assertThat(await(Verifier.of(expected, KeyRange.ALL, store, time).verify()))
                .isEqualTo(new Verifier.Report(1, 0, 0, 0, List.of()));
    }

    @Test
    void readingIsTriedAgainButNotForEver() {
        load();
        store.refusedPercent = 30;
        store.unknownPercent = 20;
        assertThat(verify().isClean()).isTrue();

        store.refusedPercent = 100;
        assertThatThrownBy(this::verify)
                .hasCauseInstanceOf(Verifier.VerifyFailed.class)
                .hasMessageContaining("20 times");
    }

    @Test
    void theSameNumberAlwaysHasTheSameValue() {
        Dataset same = new Dataset(new KeySpace("row-", 5003), 64, 42);
        Dataset other = new Dataset(new KeySpace("row-", 5003), 64, 43);

        assertThat(same.value(17)).isEqualTo(dataset.value(17)).isNotEqualTo(dataset.value(18));
        assertThat(other.value(17)).isNotEqualTo(dataset.value(17));
        assertThat(dataset.value(17).length()).isEqualTo(64);
        assertThat(new Dataset(new KeySpace("", 10), 0, 1).value(3).length()).isZero();
    }
}
