package dev.cleave.region.client;

import static dev.cleave.region.client.FakeCluster.Reaction.BUSY;
import static dev.cleave.region.client.FakeCluster.Reaction.IGNORE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE_AND_CLOSE;
import static dev.cleave.region.client.FakeCluster.Reaction.TIMED_OUT;
import static dev.cleave.region.client.FakeCluster.Reaction.UNDETERMINED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gets that leave together, each with a deadline and an outcome of its own. */
class GatheredGetsTest {
    private final Fixture fixture = new Fixture(1, config -> config.withGathering(new Gathering(4, 10_000, 1, 1)));
    private final FakeCluster cluster = fixture.cluster;
    private final AsyncCleaveClient async = fixture.async;

    @BeforeEach
    void thereAreSomePairs() {
        for (String key : List.of("a", "c", "e", "n", "p")) {
            fixture.put(key, "value of " + key);
        }
        cluster.received.clear();
    }

    @Test
    void oneAloneLeavesAtOnceAndAsItIs() {
        assertThat(fixture.get("a")).isEqualTo("value of a");

        assertThat(sent()).containsExactly("get a");
    }

    @Test
    void thoseOfOneTurnLeaveTogetherAndEachGetsItsOwnValue() {
        assertThat(answers(gets("e", "b", "a", "d"))).containsExactly("value of e", "absent", "value of a", "absent");

        assertThat(sent()).containsExactly("gets e b a d");
        assertThat(fixture.client.stats().inFlightCalls()).isZero();
        assertThat(fixture.client.stats().inFlightBytes()).isZero();
    }

    @Test
    void oneKeyMayBeAskedForSeveralTimes() {
        assertThat(answers(gets("a", "b", "a", "b"))).containsExactly("value of a", "absent", "value of a", "absent");

        assertThat(sent()).containsExactly("gets a b a b");
    }

    @Test
    void thoseThatComeWhileOneIsUnderWayWaitForItsAnswer() {
        cluster.behaviour = (store, request) -> asText(request.command()).equals("get a") ? IGNORE : SERVE;
        CompletableFuture<Optional<Value>> first =
                async.withDeadline(Duration.ofMillis(300)).get(Key.utf8("a"));
        fixture.time.advance(Duration.ofMillis(1));
        List<CompletableFuture<Optional<Value>>> others = gets("c", "e");
        fixture.time.advance(Duration.ofMillis(200));

        assertThat(sent()).containsExactly("get a");

        assertThat(fixture.failure(first)).isInstanceOf(NotAppliedException.class);
        assertThat(answers(others)).containsExactly("value of c", "value of e");
        assertThat(sent()).containsExactly("get a", "gets c e");
    }

    @Test
    void aFullRequestLeavesWhateverIsUnderWay() {
        cluster.behaviour = (store, request) -> asText(request.command()).equals("get a") ? IGNORE : SERVE;
        async.get(Key.utf8("a"));
        fixture.time.advance(Duration.ofMillis(1));

        List<CompletableFuture<Optional<Value>>> others = gets("c", "e", "n", "p", "x");
        assertThat(answers(others.subList(0, 4)))
                .containsExactly("value of c", "value of e", "value of n", "value of p");

        assertThat(sent()).startsWith("get a", "gets c e n p");
    }

    @Test
    void manyLeaveInAsManyEqualSharesAsRequestsMayBeUnderWay() {
        Fixture shared = withReadRequests(3);

        gets(shared, numbered(62)).forEach(shared::run);

        assertThat(sentTo(shared).stream().map(GatheredGetsTest::keysIn)).containsExactly(21, 21, 20);
    }

    @Test
    void fewAreNotDivided() {
        Fixture shared = withReadRequests(3);

        gets(shared, numbered(16)).forEach(shared::run);

        assertThat(sentTo(shared).stream().map(GatheredGetsTest::keysIn)).containsExactly(16);
    }

    @Test
    void whatIsUnderWayCountsForTheShareOfWhatComesLater() {
        Fixture shared = withReadRequests(2);
        shared.cluster.behaviour = (store, request) -> IGNORE;
        gets(shared, numbered(11));
        shared.time.advance(Duration.ofMillis(1));
        gets(shared, numbered(29));
        shared.time.advance(Duration.ofMillis(1));

        assertThat(sentTo(shared).stream().map(GatheredGetsTest::keysIn))
                .as("half of all 40; the rest waits, as two are under way")
                .containsExactly(11, 20);
    }

    @Test
    void writesUnderWayHoldNoGetsUp() {
        cluster.behaviour = (store, request) -> request.command().isWrite() ? IGNORE : SERVE;
        async.put("a", "other");
        fixture.time.advance(Duration.ofMillis(1));
        async.put("c", "other");

        assertThat(fixture.time.runUntilDone(async.get("e"))).isLessThan(Duration.ofMillis(10));
    }

    @Test
    void scansAndBatchGetsGoByThemselves() {
        CompletableFuture<Optional<Value>> get = async.get(Key.utf8("a"));
        CompletableFuture<?> all = async.getAll(List.of(Key.utf8("a"), Key.utf8("c")));
        CompletableFuture<Optional<Value>> other = async.get(Key.utf8("c"));

        fixture.run(all);

        assertThat(answers(List.of(get, other))).containsExactly("value of a", "value of c");
        assertThat(sent()).containsExactlyInAnyOrder("gets a c", "gets a c");
        assertThat(cluster.received).hasSize(2);
    }

    @Test
    void eachRegionGathersForItself() {
        cluster.split("m");
        fixture.get("a");
        fixture.get("z");
        cluster.received.clear();

        assertThat(answers(gets("a", "n", "c", "p")))
                .containsExactly("value of a", "value of n", "value of c", "value of p");

        assertThat(sent()).containsExactlyInAnyOrder("gets a c", "gets n p");
    }

    @Test
    void aRegionDividedMeanwhileAnswersNoneOfThemAndEachFindsItsPiece() {
        cluster.split("m");

        assertThat(answers(gets("a", "n", "c", "p")))
                .containsExactly("value of a", "value of n", "value of c", "value of p");

        assertThat(sent()).startsWith("gets a n c p").hasSizeGreaterThan(2);
    }

    @Test
    void aNewLeaderIsFollowedByAll() {
        cluster.lead("a", 2);

        assertThat(answers(gets("a", "b", "c"))).containsExactly("value of a", "absent", "value of c");

        assertThat(sent()).containsExactly("gets a b c", "gets a b c");
        assertThat(cluster.received.get(1).store()).isEqualTo(2);
    }

    @Test
    void whatIsRefusedOrLostIsAskedAgain() {
        for (FakeCluster.Reaction reaction : List.of(UNDETERMINED, SERVE_AND_CLOSE, BUSY, TIMED_OUT)) {
            int[] asked = {0};
            cluster.behaviour = (store, request) -> asked[0]++ == 0 ? reaction : SERVE;

            assertThat(answers(gets("a", "b", "c"))).containsExactly("value of a", "absent", "value of c");
        }
    }

    @Test
    void eachEndsAtItsOwnDeadline() {
        cluster.behaviour = (store, request) -> IGNORE;

        CompletableFuture<?> hasty = async.withDeadline(Duration.ofMillis(100)).get("a");
        CompletableFuture<?> patient = async.get("c");

        assertThat(fixture.time.runUntilDone(hasty)).isEqualTo(Duration.ofMillis(100));
        assertThat(patient).isNotDone();
        assertThat(fixture.time.runUntilDone(patient)).isEqualTo(Duration.ofMillis(4_900));
        assertThat(fixture.failure(hasty)).isInstanceOf(NotAppliedException.class);
        assertThat(fixture.failure(patient)).isInstanceOf(NotAppliedException.class);
        assertThat(sent()).startsWith("gets a c");
        assertThat(cluster.received.get(0).request().deadlineMillis()).isEqualTo(5_000);
    }

    @Test
    void anAnswerThatComesAfterOneOfThemHasGivenUpIsForTheOthers() {
        cluster.behaviour = (store, request) -> IGNORE;
        CompletableFuture<?> hasty = async.withDeadline(Duration.ofMillis(100)).get("a");
        CompletableFuture<Optional<Value>> patient = async.get(Key.utf8("c"));
        fixture.time.runUntilDone(hasty);

        cluster.behaviour = (store, request) -> SERVE;

        assertThat(answers(List.of(patient))).containsExactly("value of c");
        assertThat(hasty).isCompletedExceptionally();
    }

    @Test
    void oneWhoseDeadlinePassesWhileItWaitsIsNeverSent() {
        cluster.behaviour = (store, request) -> asText(request.command()).equals("get a") ? IGNORE : SERVE;
        async.withDeadline(Duration.ofMillis(300)).get("a");
        fixture.time.advance(Duration.ofMillis(1));

        CompletableFuture<?> hasty = async.withDeadline(Duration.ofMillis(100)).get("c");
        CompletableFuture<Optional<Value>> patient = async.get(Key.utf8("e"));

        assertThat(fixture.failure(hasty)).isInstanceOf(NotAppliedException.class);
        assertThat(answers(List.of(patient))).containsExactly("value of e");
        assertThat(sent()).containsExactly("get a", "get e");
    }

    @Test
    void thoseThatWaitBehindASilentStoreTurnToAnother() {
        cluster.behaviour = (store, request) -> store == 1 ? IGNORE : SERVE;
        CompletableFuture<Optional<Value>> first = async.get(Key.utf8("a"));
        fixture.time.advance(Duration.ofMillis(1));
        CompletableFuture<Optional<Value>> second = async.get(Key.utf8("c"));
        cluster.lead("a", 3);

        Duration took = fixture.time.runUntilDone(second);

        assertThat(answers(List.of(first, second))).containsExactly("value of a", "value of c");
        assertThat(took).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void thoseForWhichAnAnswerHasNoRoomAreAskedForAgainByThemselves() {
        cluster.pageRowsMax = 2;

        assertThat(answers(gets("a", "b", "c", "e")))
                .containsExactly("value of a", "absent", "value of c", "value of e");

        assertThat(sent()).containsExactly("gets a b c e", "get e");
    }

    @Test
    void ofOneKeyAskedForTwiceTheSecondMayHaveNoRoom() {
        cluster.pageRowsMax = 1;

        assertThat(answers(gets("a", "a", "b", "c")))
                .containsExactly("value of a", "value of a", "absent", "value of c");

        assertThat(sent()).containsExactly("gets a a b c", "get a", "get b", "get c");
    }

    @Test
    void anAnswerThatHoldsWhatNobodyAskedForIsGivenToNobody() {
        cluster.misreading = page -> {
            List<KvResult.Pair> turned = new ArrayList<>(page.pairs());
            java.util.Collections.reverse(turned);
            return new KvResult.Pairs(turned, page.isComplete());
        };

        for (CompletableFuture<Optional<Value>> get : gets("a", "b", "c")) {
            assertThat(fixture.failure(get)).hasMessageContaining("does not belong to the request");
        }
    }

    @Test
    void switchedOffEachIsARequestOfItsOwn() {
        Fixture plain = new Fixture(1, config -> config.withGathering(Gathering.OFF));
        plain.put("a", "1");
        plain.cluster.received.clear();

        List<CompletableFuture<?>> gets = List.of(plain.async.get("a"), plain.async.get("b"));
        gets.forEach(plain::run);

        assertThat(plain.cluster.received)
                .hasSize(2)
                .allSatisfy(received -> assertThat(received.request().command()).isInstanceOf(KvCommand.Get.class));
    }

    private List<CompletableFuture<Optional<Value>>> gets(String... keys) {
        return gets(fixture, keys);
    }

    private static List<CompletableFuture<Optional<Value>>> gets(Fixture by, String... keys) {
        List<CompletableFuture<Optional<Value>>> gets = new ArrayList<>();
        for (String key : keys) {
            gets.add(by.async.get(Key.utf8(key)));
        }
        return gets;
    }

    private List<String> answers(List<CompletableFuture<Optional<Value>>> gets) {
        return gets.stream()
                .map(get -> fixture.run(get).map(Value::toString).orElse("absent"))
                .toList();
    }

    private List<String> sent() {
        return sentTo(fixture);
    }

    /** Knows where its region is led; nothing is asked any more. */
    private static Fixture withReadRequests(int max) {
        Fixture made = new Fixture(1, config -> config.withGathering(new Gathering(100, 10_000, 1, max)));
        made.get("a");
        made.cluster.received.clear();
        return made;
    }

    private static String[] numbered(int keys) {
        return IntStream.range(0, keys).mapToObj(key -> "key" + key).toArray(String[]::new);
    }

    private static int keysIn(String request) {
        return request.split(" ").length - 1;
    }

    private static List<String> sentTo(Fixture by) {
        return by.cluster.received.stream()
                .map(received -> asText(received.request().command()))
                .toList();
    }

    private static String asText(KvCommand command) {
        if (command instanceof KvCommand.Get get) {
            return "get " + get.key();
        }
        if (command instanceof KvCommand.BatchGet gets) {
            StringBuilder text = new StringBuilder("gets");
            gets.keys().forEach(key -> text.append(" ").append(key));
            return text.toString();
        }
        return String.valueOf(command);
    }
}
