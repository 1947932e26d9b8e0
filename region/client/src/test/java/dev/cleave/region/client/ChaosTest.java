package dev.cleave.region.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.FakeCluster.Reaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Many calls against a cluster that misbehaves in every way it knows: what is told must be what happened. */
class ChaosTest {
    private static final int SEEDS = 400;
    private static final int CALLS = 60;

    private record Write(List<Value> values, CompletableFuture<?> future) {}

    @Test
    void whatIsToldIsWhatHappened() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            runOnce(seed);
        }
    }

    private static void runOnce(long seed) {
        Fixture fixture = new Fixture(seed, config -> config.withCallDeadline(Duration.ofSeconds(2)));
        FakeCluster cluster = fixture.cluster;
        Randomness random = Randomness.seeded(seed);
        boolean[] isCalm = {false};
        boolean[] isUp = {true, true, true, true};
        cluster.behaviour = (store, request) -> isCalm[0] ? Reaction.SERVE : misbehave(cluster, random);
        List<Write> writes = new ArrayList<>();
        List<CompletableFuture<?>> reads = new ArrayList<>();

        for (int i = 0; i < CALLS; i++) {
            writes.add(write(fixture, random, i));
            reads.add(fixture.async.get(key(random)));
            toggleStore(cluster, random, isUp);
            if (random.below(20) == 0) {
                fixture.pd.isSilent = !fixture.pd.isSilent;
            }
            fixture.time.advance(Duration.ofMillis(random.below(200)));
        }
        fixture.time.advance(Duration.ofSeconds(2));

        for (Write write : writes) {
            assertThat(write.future())
                    .as("seed " + seed + ": ended by its deadline")
                    .isDone();
            check(seed, cluster, write);
        }
        reads.forEach(read -> assertThat(read).as("seed " + seed).isDone());
        assertThat(fixture.client.stats().inFlightCalls()).isZero();
        assertThat(fixture.client.stats().inFlightBytes()).isZero();
        recover(fixture, isCalm, isUp, seed);
    }

    private static void check(long seed, FakeCluster cluster, Write write) {
        for (Value value : write.values()) {
            int times = cluster.timesApplied.getOrDefault(value, 0);
            String what = "seed " + seed + " value " + value;
            assertThat(times).as(what).isLessThanOrEqualTo(1);
            if (!write.future().isCompletedExceptionally()) {
                assertThat(times).as(what + " was told done").isEqualTo(1);
            } else if (!isUnknown(write.future())) {
                assertThat(times).as(what + " was told not applied").isZero();
            }
        }
    }

    private static boolean isUnknown(CompletableFuture<?> future) {
        boolean[] isUnknown = {false};
        future.whenComplete((done, failed) -> {
            Throwable cause = failed instanceof CleaveException ? failed : failed.getCause();
            isUnknown[0] = ((CleaveException) cause).outcomeUnknown();
        });
        return isUnknown[0];
    }

    private static void recover(Fixture fixture, boolean[] isCalm, boolean[] isUp, long seed) {
        isCalm[0] = true;
        fixture.cluster.leaders.replaceAll((region, leader) -> leader == 0 ? 1 : leader);
        fixture.pd.isSilent = false;
        for (int store = 1; store <= 3; store++) {
            if (!isUp[store]) {
                fixture.cluster.startStore(store);
            }
        }
        CompletableFuture<Void> last = fixture.async.put("k5", "last");
        fixture.time.runUntilDone(last);
        assertThat(last).as("seed " + seed + ": all is well again").isCompleted();
    }

    private static Write write(Fixture fixture, Randomness random, int number) {
        if (random.below(4) > 0) {
            Value value = Value.utf8("v" + number);
            return new Write(List.of(value), fixture.async.put(key(random), value));
        }
        TreeMap<Key, Value> pairs = new TreeMap<>();
        for (int i = 0; i < 5; i++) {
            pairs.put(key(random), Value.utf8("v" + number + "/" + i));
        }
        return new Write(List.copyOf(pairs.values()), fixture.async.putAll(pairs));
    }

    private static Key key(Randomness random) {
        return Key.utf8("k" + random.below(10));
    }

    private static Reaction misbehave(FakeCluster cluster, Randomness random) {
        if (random.below(10) == 0) {
            cluster.leaders.replaceAll((region, leader) -> random.below(4));
        }
        String at = "k" + random.below(10);
        if (random.below(20) == 0
                && !cluster.regionOf(Key.utf8(at)).range().startInclusive().equals(Key.utf8(at))) {
            cluster.split(at);
        }
        if (random.below(10) == 0) {
            cluster.hintsLeader = !cluster.hintsLeader;
        }
        Reaction[] all = Reaction.values();
        return random.below(3) > 0 ? Reaction.SERVE : all[(int) random.below(all.length)];
    }

    private static void toggleStore(FakeCluster cluster, Randomness random, boolean[] isUp) {
        int store = (int) random.between(1, 4);
        if (random.below(10) > 0) {
            return;
        }
        if (isUp[store]) {
            cluster.stopStore(store);
        } else {
            cluster.startStore(store);
        }
        isUp[store] = !isUp[store];
    }
}
