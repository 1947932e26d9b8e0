package dev.cleave.region.client;

import static dev.cleave.region.client.FakeCluster.Reaction.DISK_FULL;
import static dev.cleave.region.client.FakeCluster.Reaction.IGNORE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Batches, ranges and scans over regions that divide meanwhile. */
class ManyRegionsTest {
    private final Fixture fixture = new Fixture();
    private final FakeCluster cluster = fixture.cluster;

    @Test
    void aBatchIsOneRequestPerRegion() {
        cluster.split("g");
        cluster.split("p");
        Map<Key, Value> pairs = pairs("a", "b", "h", "i", "q", "z");

        fixture.run(fixture.async.putAll(pairs));

        assertThat(cluster.received).hasSize(3);
        assertThat(cluster.data).isEqualTo(pairs);
        assertThat(fixture.run(fixture.async.getAll(pairs.keySet()))).isEqualTo(pairs);
        fixture.run(fixture.async.deleteAll(List.of(Key.utf8("a"), Key.utf8("z"))));
        assertThat(cluster.data).hasSize(4);
    }

    @Test
    void putsAndDeletesMayGoTogether() {
        fixture.put("a", "1");

        fixture.run(fixture.async.writeAll(
                Map.of(Key.utf8("a"), Optional.empty(), Key.utf8("b"), Optional.of(Value.utf8("2")))));

        assertThat(cluster.data).containsOnlyKeys(Key.utf8("b"));
    }

    @Test
    void aBatchWhoseRegionsDivideOnTheWayIsDividedAgainAndAppliedOnce() {
        fixture.put("a", "0");
        cluster.split("g");
        cluster.split("p");
        Map<Key, Value> pairs = pairs("a", "b", "h", "i", "q", "z");

        fixture.run(fixture.async.putAll(pairs));

        assertThat(cluster.data).isEqualTo(pairs);
        pairs.values().forEach(value -> assertThat(cluster.timesApplied).containsEntry(value, 1));
    }

    @Test
    void aBatchAppliedInPartIsUndeterminedAndSaysHowFarItCame() {
        cluster.split("m");
        long right = cluster.regionOf(Key.utf8("x")).id();
        cluster.behaviour = (store, request) -> request.regionId() == right ? DISK_FULL : SERVE;

        CleaveException failure = fixture.failure(fixture.async.putAll(pairs("a", "x")));

        assertThat(failure).isInstanceOf(UndeterminedException.class).hasMessageContaining("applied in 1 region");
    }

    @Test
    void aBatchAppliedNowhereIsCertainlyNotApplied() {
        cluster.split("m");
        cluster.behaviour = (store, request) -> DISK_FULL;

        assertThat(fixture.failure(fixture.async.putAll(pairs("a", "x")))).isInstanceOf(NotAppliedException.class);
    }

    @Test
    void aBatchReadThatStopsEarlyGoesOnBehindItsLastRow() {
        cluster.pageRowsMax = 2;
        Map<Key, Value> pairs = pairs("a", "b", "c", "e", "f");
        cluster.data.putAll(pairs);
        List<Key> keys = new ArrayList<>(pairs.keySet());
        keys.add(Key.utf8("d"));
        keys.add(Key.utf8("g"));

        assertThat(fixture.run(fixture.async.getAll(keys))).isEqualTo(pairs);
    }

    @Test
    void aRangeIsDeletedAcrossRegionsAndNothingElse() {
        cluster.split("g");
        cluster.split("p");
        cluster.data.putAll(pairs("a", "b", "h", "q", "y", "z"));

        fixture.run(fixture.async.deleteRange(KeyRange.of(Key.utf8("b"), Key.utf8("y"))));

        assertThat(cluster.data.keySet()).containsExactly(Key.utf8("a"), Key.utf8("y"), Key.utf8("z"));
        fixture.run(fixture.async.deleteRange(KeyRange.ALL));
        assertThat(cluster.data).isEmpty();
    }

    @Test
    void aScanNeitherRepeatsNorMissesRowsWhileRegionsDivide() {
        for (long seed = 0; seed < 300; seed++) {
            scanWhileSplitting(seed);
        }
    }

    private static void scanWhileSplitting(long seed) {
        Fixture fixture = new Fixture(seed, config -> config);
        FakeCluster cluster = fixture.cluster;
        Randomness random = Randomness.seeded(seed);
        for (int i = 0; i < 60; i++) {
            cluster.data.put(Key.utf8(String.format("k%03d", random.below(1000))), Value.utf8("v" + i));
        }
        cluster.pageRowsMax = (int) random.between(1, 8);
        cluster.behaviour = (store, request) -> {
            if (random.below(3) == 0) {
                splitSomewhere(cluster, random);
            }
            if (random.below(4) == 0) {
                cluster.leaders.replaceAll((region, leader) -> random.between(1, 4));
            }
            return random.below(12) == 0 ? IGNORE : SERVE;
        };
        boolean isReverse = random.below(2) == 0;
        Key start = Key.utf8(String.format("k%03d", random.below(500)));
        KeyRange range = switch ((int) random.below(3)) {
            case 0 -> KeyRange.ALL;
            case 1 -> KeyRange.of(start, Key.EMPTY);
            default -> KeyRange.of(start, Key.utf8(String.format("k%03d", random.between(500, 1000))));
        };
        int limit = random.below(2) == 0 ? Integer.MAX_VALUE : (int) random.between(1, 70);
        ScanRequest request = new ScanRequest(range, limit, isReverse, false);

        List<KeyValue> rows = pagewise(fixture, request, random.below(2) == 0);

        assertThat(rows).as("seed " + seed).isEqualTo(expected(cluster, request));
    }

    private static List<KeyValue> pagewise(Fixture fixture, ScanRequest request, boolean isByPage) {
        AsyncCleaveClient async = fixture.async.withDeadline(java.time.Duration.ofMinutes(5));
        if (!isByPage) {
            return fixture.run(async.scan(request));
        }
        List<KeyValue> rows = new ArrayList<>();
        Optional<KeyRange> rest = Optional.of(request.range());
        while (rest.isPresent() && rows.size() < request.limit()) {
            ScanPage page = fixture.run(async.scanPage(request.over(rest.get()).limit(request.limit() - rows.size())));
            rows.addAll(page.rows());
            rest = page.rest();
        }
        return rows;
    }

    private static void splitSomewhere(FakeCluster cluster, Randomness random) {
        String at = String.format("k%03d", random.below(1000));
        boolean isBorder =
                cluster.regionOf(Key.utf8(at)).range().startInclusive().equals(Key.utf8(at));
        if (!isBorder && cluster.regions.size() < 40) {
            cluster.split(at);
        }
    }

    private static List<KeyValue> expected(FakeCluster cluster, ScanRequest request) {
        List<KeyValue> all = new ArrayList<>();
        cluster.data.forEach((key, value) -> {
            if (request.range().contains(key)) {
                all.add(new KeyValue(key, value));
            }
        });
        if (request.isReverse()) {
            Collections.reverse(all);
        }
        return all.subList(0, Math.min(all.size(), request.limit()));
    }

    @Test
    void aResultTooLargeForMemoryIsRefusedWithAdvice() {
        Fixture small = new Fixture(
                1,
                config -> new ClientConfig(
                        config.placement(),
                        config.callDeadline(),
                        config.attemptTimeout(),
                        config.backoffMin(),
                        config.backoffMax(),
                        config.inFlightCallsMax(),
                        config.inFlightBytesMax(),
                        config.regionsAtOnceMax(),
                        100,
                        100,
                        config.routesMax(),
                        config.drainLimit(),
                        false,
                        config.gathering()));
        small.cluster.pageRowsMax = 1;
        for (char c = 'a'; c < 'z'; c++) {
            small.cluster.data.put(Key.utf8("" + c), Value.own(new byte[20]));
        }

        assertThat(small.failure(small.async.scan(ScanRequest.of(KeyRange.ALL))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("page by page");
    }

    @Test
    void theHighestKeyBelowABorderIsExact() {
        assertThat(KeyOrder.highestBelow(Key.own(new byte[] {5, 0}))).isEqualTo(Key.own(new byte[] {5}));
        Key below = KeyOrder.highestBelow(Key.own(new byte[] {5}));
        assertThat(below.length()).isEqualTo(KvCommand.KEY_BYTES_MAX);
        assertThat(below.bytes()[0]).isEqualTo((byte) 4);
        assertThat(below.bytes()[1]).isEqualTo((byte) 0xFF);
        assertThat(below).isLessThan(Key.own(new byte[] {5}));
    }

    private static Map<Key, Value> pairs(String... keys) {
        Map<Key, Value> pairs = new TreeMap<>();
        for (String key : keys) {
            pairs.put(Key.utf8(key), Value.utf8("value of " + key));
        }
        return pairs;
    }
}
