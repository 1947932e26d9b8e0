package dev.cleave.region.client;

import static dev.cleave.region.client.FakeCluster.Reaction.BUSY;
import static dev.cleave.region.client.FakeCluster.Reaction.DISK_FULL;
import static dev.cleave.region.client.FakeCluster.Reaction.IGNORE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE_AND_CLOSE;
import static dev.cleave.region.client.FakeCluster.Reaction.UNDETERMINED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.NotAppliedException.Reason;
import dev.cleave.region.protocol.KvCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Puts and deletes that leave together, each with a deadline and an outcome of its own. */
class GatheringTest {
    private final Fixture fixture = new Fixture(1, config -> config.withGathering(new Gathering(4, 10_000, 1, 1)));
    private final FakeCluster cluster = fixture.cluster;
    private final AsyncCleaveClient async = fixture.async;

    @BeforeEach
    void theRouteIsKnown() {
        fixture.put("z", "0");
        cluster.received.clear();
    }

    @Test
    void oneAloneLeavesAtOnceAndAsItIs() {
        CompletableFuture<Void> put = async.put("a", "1");

        fixture.run(put);

        assertThat(sent()).containsExactly("put a");
    }

    @Test
    void thoseOfOneTurnLeaveTogether() {
        List<CompletableFuture<Void>> puts = puts("a", "b");
        puts.add(async.delete("z"));

        puts.forEach(fixture::run);

        assertThat(sent()).containsExactly("batch a b -z");
        assertThat(cluster.data).containsOnlyKeys(Key.utf8("a"), Key.utf8("b"));
        assertThat(fixture.client.stats().done()).isEqualTo(4);
        assertThat(fixture.client.stats().inFlightCalls()).isZero();
        assertThat(fixture.client.stats().inFlightBytes()).isZero();
    }

    @Test
    void thoseThatComeWhileOneIsUnderWayWaitForItsAnswer() {
        holdAnswersOf("a");
        CompletableFuture<Void> first = async.put("a", "1");
        fixture.time.advance(Duration.ofMillis(1));
        List<CompletableFuture<Void>> others = puts("b", "c");
        fixture.time.advance(Duration.ofMillis(500));

        assertThat(sent()).containsExactly("put a");

        cluster.stopStore(1);
        cluster.startStore(1);
        cluster.behaviour = (store, request) -> SERVE;
        others.forEach(fixture::run);

        assertThat(sent()).containsExactly("put a", "batch b c");
        assertThat(fixture.failure(first)).isInstanceOf(UndeterminedException.class);
    }

    @Test
    void aFullRequestLeavesWhateverIsUnderWay() {
        holdAnswersOf("a");
        async.put("a", "1");
        fixture.time.advance(Duration.ofMillis(1));

        List<CompletableFuture<Void>> others = puts("b", "c", "d", "e", "f");
        others.subList(0, 4).forEach(fixture::run);

        assertThat(sent()).startsWith("put a", "batch b c d e");
    }

    @Test
    void bytesBoundARequestToo() {
        String large = "x".repeat(6_000);

        List<CompletableFuture<Void>> puts =
                new ArrayList<>(List.of(async.put("a", large), async.put("b", large), async.put("c", "1")));
        puts.forEach(fixture::run);

        assertThat(sent()).containsExactly("put a", "batch b c");
    }

    @Test
    void twoWritesOfOneKeyTakeEffectInTheOrderInWhichTheyWereAsked() {
        List<CompletableFuture<?>> calls = List.of(
                async.put("a", "1"),
                async.put("a", "2"),
                async.delete("b"),
                async.put("b", "3"),
                async.compareAndSet(Key.utf8("a"), Optional.of(Value.utf8("2")), Optional.of(Value.utf8("4"))),
                async.put("c", "5"),
                async.putAll(Map.of(Key.utf8("c"), Value.utf8("6"))),
                async.put(Key.utf8("d"), Value.utf8("7"), Duration.ofHours(1)),
                async.delete("d"));
        calls.forEach(fixture::run);

        assertThat(sent()).containsExactly("batch a a -b b", "compare a", "put c", "batch c", "put d", "delete d");
        assertThat(fixture.get("a")).isEqualTo("4");
        assertThat(fixture.get("b")).isEqualTo("3");
        assertThat(fixture.get("c")).isEqualTo("6");
        assertThat(fixture.get("d")).isEqualTo("absent");
    }

    @Test
    void eachRegionGathersForItself() {
        cluster.split("m");
        fixture.get("a");
        fixture.get("z");
        cluster.received.clear();

        List<CompletableFuture<Void>> puts = puts("a", "n", "b", "o");
        puts.forEach(fixture::run);

        assertThat(sent()).containsExactlyInAnyOrder("batch a b", "batch n o");
    }

    @Test
    void aRegionDividedMeanwhileTakesNoneOfThemAndEachFindsItsPiece() {
        cluster.split("m");

        List<CompletableFuture<Void>> puts = puts("a", "n", "b", "o");
        puts.forEach(fixture::run);

        assertThat(sent()).startsWith("batch a n b o").hasSizeGreaterThan(2);
        assertThat(cluster.timesApplied)
                .hasSize(5)
                .allSatisfy((value, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void aNewLeaderIsFollowedByAll() {
        cluster.lead("a", 2);

        List<CompletableFuture<Void>> puts = puts("a", "b", "c");
        puts.forEach(fixture::run);

        assertThat(sent()).containsExactly("batch a b c", "batch a b c");
        assertThat(cluster.received.get(1).store()).isEqualTo(2);
    }

    @Test
    void anUnknownOutcomeIsUnknownToEachAndNothingIsSentAgain() {
        for (FakeCluster.Reaction reaction : List.of(UNDETERMINED, SERVE_AND_CLOSE)) {
            cluster.received.clear();
            cluster.behaviour = (store, request) -> reaction;

            List<CompletableFuture<Void>> puts = puts("a", "b");

            for (CompletableFuture<Void> put : puts) {
                assertThat(fixture.failure(put)).isInstanceOf(UndeterminedException.class);
            }
            fixture.settle();
            assertThat(cluster.receivedWrites()).isEqualTo(1);
        }
    }

    @Test
    void eachEndsAtItsOwnDeadline() {
        cluster.behaviour = (store, request) -> IGNORE;

        CompletableFuture<Void> hasty =
                async.withDeadline(Duration.ofMillis(100)).put("a", "1");
        CompletableFuture<Void> patient = async.put("b", "1");

        assertThat(fixture.time.runUntilDone(hasty)).isEqualTo(Duration.ofMillis(100));
        assertThat(patient).isNotDone();
        assertThat(fixture.time.runUntilDone(patient)).isEqualTo(Duration.ofMillis(4_900));
        assertThat(fixture.failure(hasty)).isInstanceOf(UndeterminedException.class);
        assertThat(fixture.failure(patient)).isInstanceOf(UndeterminedException.class);
        assertThat(sent()).containsExactly("batch a b");
        assertThat(cluster.received.get(0).request().deadlineMillis()).isEqualTo(5_000);
    }

    @Test
    void oneWhoseDeadlinePassesWhileItWaitsIsNeverSent() {
        holdAnswersOf("a");
        async.put("a", "1");
        fixture.time.advance(Duration.ofMillis(1));

        CompletableFuture<Void> hasty =
                async.withDeadline(Duration.ofMillis(100)).put("b", "1");
        CompletableFuture<Void> patient = async.put("c", "1");
        CleaveException failure = fixture.failure(hasty);
        cluster.behaviour = (store, request) -> SERVE;
        fixture.run(patient);

        assertThat(failure).isInstanceOf(NotAppliedException.class);
        fixture.settle();
        assertThat(cluster.timesApplied).doesNotContainKey(Value.utf8("value of b"));
        assertThat(sent()).filteredOn(request -> request.endsWith(" b")).isEmpty();
    }

    @Test
    void thoseThatWaitBehindASilentStoreTurnToAnother() {
        holdAnswersOf("a");
        CompletableFuture<Void> first = async.put("a", "1");
        fixture.time.advance(Duration.ofMillis(1));
        CompletableFuture<Void> second = async.put("b", "1");
        cluster.lead("b", 3);

        Duration took = fixture.time.runUntilDone(second);

        assertThat(second).isCompleted();
        assertThat(took).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(fixture.failure(first)).isInstanceOf(UndeterminedException.class);
    }

    @Test
    void aFullDiskRefusesPutsButADeleteAmongThemIsAskedAgainByItself() {
        cluster.behaviour = (store, request) -> request.command() instanceof KvCommand.Delete ? SERVE : DISK_FULL;

        CompletableFuture<Void> put = async.put("a", "1");
        CompletableFuture<Void> delete = async.delete("z");

        fixture.run(delete);
        assertThat(fixture.failure(put))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.DISK_FULL));
        assertThat(sent()).containsExactly("batch a -z", "delete z");
    }

    @Test
    void aBusyStoreIsAskedAgainAfterThePauseItWants() {
        int[] asked = {0};
        cluster.behaviour = (store, request) -> asked[0]++ == 0 ? BUSY : SERVE;

        List<CompletableFuture<Void>> puts = puts("a", "b");
        Duration took = fixture.time.runUntilDone(puts.get(0));
        puts.forEach(fixture::run);

        assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(cluster.busyBackoffMillis));
        assertThat(cluster.timesApplied.values()).allMatch(times -> times == 1);
    }

    @Test
    void closingLetsThoseThatWaitLeaveAndEnd() {
        List<CompletableFuture<Void>> puts = puts("a", "b", "c", "d", "e", "f");
        fixture.time.advance(Duration.ZERO);

        fixture.run(async.close());

        puts.forEach(put -> assertThat(put).isCompleted());
    }

    @Test
    void closingTellsThoseThatNeverLeftThatNothingWasDone() {
        Fixture brief = new Fixture(
                1,
                config -> config.withGathering(new Gathering(4, 10_000, 1, 1)).withDrainLimit(Duration.ofMillis(200)));
        brief.put("z", "0");
        brief.cluster.behaviour = (store, request) -> IGNORE;
        CompletableFuture<Void> first = brief.async.put("a", "1");
        brief.time.advance(Duration.ofMillis(1));
        CompletableFuture<Void> second = brief.async.put("b", "1");
        brief.time.advance(Duration.ofMillis(1));

        brief.run(brief.async.close());

        assertThat(brief.failure(first)).isInstanceOf(UndeterminedException.class);
        assertThat(brief.failure(second))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.CLOSED));
        assertThat(brief.client.stats().inFlightCalls()).isZero();
    }

    @Test
    void moreThanMayBeInFlightIsStillRefused() {
        Fixture narrow = new Fixture(1, config -> config.withInFlight(2, 1 << 20));
        narrow.put("z", "0");
        narrow.cluster.behaviour = (store, request) -> IGNORE;
        narrow.async.put("a", "1");
        narrow.async.put("b", "1");

        assertThat(narrow.failure(narrow.async.put("c", "1")))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        busy -> assertThat(busy.reason()).isEqualTo(Reason.BUSY));
    }

    @Test
    void switchedOffEachIsARequestOfItsOwn() {
        Fixture plain = new Fixture(1, config -> config.withGathering(Gathering.OFF));
        plain.put("z", "0");
        plain.cluster.received.clear();

        List<CompletableFuture<Void>> puts = List.of(plain.async.put("a", "1"), plain.async.put("b", "1"));
        puts.forEach(plain::run);

        assertThat(plain.cluster.received)
                .hasSize(2)
                .allSatisfy(received -> assertThat(received.request().command()).isInstanceOf(KvCommand.Put.class));
    }

    @Test
    void boundsThatCannotHoldAreRefused() {
        assertThatThrownBy(() -> new Gathering(0, 1, 1, 1)).hasMessageContaining("callsMax");
        assertThatThrownBy(() -> new Gathering(2, 0, 1, 1)).hasMessageContaining("bytesMax");
        assertThatThrownBy(() -> new Gathering(2, 1, 0, 1)).hasMessageContaining("requestsMax");
        assertThatThrownBy(() -> new Gathering(2, 1, 1, 0)).hasMessageContaining("readRequestsMax");
    }

    /** What comes while this has no answer has to wait. */
    private void holdAnswersOf(String key) {
        cluster.behaviour =
                (store, request) -> store == 1 && asText(request.command()).equals("put " + key) ? IGNORE : SERVE;
    }

    private List<CompletableFuture<Void>> puts(String... keys) {
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (String key : keys) {
            puts.add(async.put(key, "value of " + key));
        }
        return puts;
    }

    private List<String> sent() {
        return cluster.received.stream()
                .map(received -> asText(received.request().command()))
                .toList();
    }

    private static String asText(KvCommand command) {
        if (command instanceof KvCommand.Put put) {
            return "put " + put.key();
        }
        if (command instanceof KvCommand.Delete delete) {
            return "delete " + delete.key();
        }
        if (command instanceof KvCommand.CompareAndSet compare) {
            return "compare " + compare.key();
        }
        if (command instanceof KvCommand.Batch batch) {
            StringBuilder text = new StringBuilder("batch");
            batch.changes()
                    .forEach(change ->
                            text.append(change.value() == null ? " -" : " ").append(change.key()));
            return text.toString();
        }
        return String.valueOf(command);
    }
}
