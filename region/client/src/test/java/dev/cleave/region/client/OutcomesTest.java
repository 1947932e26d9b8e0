package dev.cleave.region.client;

import static dev.cleave.region.client.FakeCluster.Reaction.BUSY;
import static dev.cleave.region.client.FakeCluster.Reaction.CLOSE;
import static dev.cleave.region.client.FakeCluster.Reaction.DISK_FULL;
import static dev.cleave.region.client.FakeCluster.Reaction.IGNORE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE_AND_CLOSE;
import static dev.cleave.region.client.FakeCluster.Reaction.TIMED_OUT;
import static dev.cleave.region.client.FakeCluster.Reaction.UNDETERMINED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.NotAppliedException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a caller is told, and how often a write is sent. */
class OutcomesTest {
    private final Fixture fixture = new Fixture();
    private final FakeCluster cluster = fixture.cluster;

    @Test
    void whatIsWrittenIsRead() {
        fixture.put("a", "1");
        assertThat(fixture.get("a")).isEqualTo("1");

        CompareResult kept =
                fixture.run(fixture.async.compareAndSet(Key.utf8("a"), Optional.empty(), Optional.of(Value.utf8("2"))));
        assertThat(kept).isEqualTo(new CompareResult(false, Optional.of(Value.utf8("1"))));
        assertThat(fixture.run(fixture.async.putIfAbsent(Key.utf8("b"), Value.utf8("3"))))
                .isEmpty();
        assertThat(fixture.run(fixture.async.putIfAbsent(Key.utf8("b"), Value.utf8("4"))))
                .contains(Value.utf8("3"));

        fixture.run(fixture.async.delete("a"));
        assertThat(fixture.get("a")).isEqualTo("absent");
        assertThat(fixture.client.stats().done()).isEqualTo(7);
        assertThat(fixture.client.stats().inFlightCalls()).isZero();
        assertThat(fixture.client.stats().inFlightBytes()).isZero();
    }

    @Test
    void aWriteWhoseLinkIsLostAfterSendingIsUndeterminedAtOnceAndNeverSentAgain() {
        fixture.put("a", "1");
        cluster.behaviour = (store, request) -> SERVE_AND_CLOSE;

        CompletableFuture<Void> put = fixture.async.put("a", "2");
        CleaveException failure = fixture.failure(put);

        assertThat(failure).isInstanceOf(UndeterminedException.class);
        assertThat(failure.outcomeUnknown()).isTrue();
        assertThat(failure.storeId()).isEqualTo(1);
        assertThat(failure.attempts()).isEqualTo(1);
        assertThat(failure).hasMessageContaining("put of key a").hasMessageContaining("may or may not");
        fixture.settle();
        assertThat(cluster.receivedWrites()).isEqualTo(2);
    }

    @Test
    void aWriteWithoutAnAnswerIsUndeterminedExactlyAtItsDeadline() {
        fixture.put("a", "1");
        cluster.behaviour = (store, request) -> IGNORE;

        CompletableFuture<Void> put = fixture.async.put("a", "2");
        Duration took = fixture.time.runUntilDone(put);

        assertThat(took).isEqualTo(Duration.ofSeconds(5));
        assertThat(fixture.failure(put)).isInstanceOf(UndeterminedException.class);
        fixture.settle();
        assertThat(cluster.receivedWrites()).isEqualTo(2);
    }

    @Test
    void aServersUndeterminedIsPassedOn() {
        cluster.behaviour = (store, request) -> UNDETERMINED;

        assertThat(fixture.failure(fixture.async.put("a", "1"))).isInstanceOf(UndeterminedException.class);
        assertThat(cluster.receivedWrites()).isEqualTo(1);
    }

    @Test
    void atLeastOnceSendsAgainButNeverACompareAndSet() {
        Fixture eager = new Fixture(1, config -> config.withRetryUndetermined(true));
        eager.put("a", "0");
        int[] served = {0};
        eager.cluster.behaviour = (store, request) -> served[0]++ == 0 ? SERVE_AND_CLOSE : SERVE;

        eager.put("a", "1");
        served[0] = 0;
        CleaveException failure = eager.failure(
                eager.async.compareAndSet(Key.utf8("a"), Optional.of(Value.utf8("1")), Optional.of(Value.utf8("2"))));

        assertThat(eager.cluster.timesApplied).containsEntry(Value.utf8("1"), 2).containsEntry(Value.utf8("2"), 1);
        assertThat(failure).isInstanceOf(UndeterminedException.class);
    }

    @Test
    void atLeastOnceStaysUndeterminedWhenTheLastAttemptWasRefused() {
        Fixture eager = new Fixture(1, config -> config.withRetryUndetermined(true));
        int[] served = {0};
        eager.cluster.behaviour = (store, request) -> served[0]++ == 0 ? SERVE_AND_CLOSE : DISK_FULL;

        assertThat(eager.failure(eager.async.put("a", "1"))).isInstanceOf(UndeterminedException.class);
    }

    @Test
    void aReadIsSentAgainWhenItsLinkIsLostOrNoAnswerComes() {
        fixture.put("a", "1");
        int[] served = {0};
        cluster.behaviour = (store, request) -> switch (served[0]++) {
            case 0 -> CLOSE;
            case 1 -> IGNORE;
            default -> SERVE;
        };

        CompletableFuture<Optional<Value>> get = fixture.async.get(Key.utf8("a"));
        Duration took = fixture.time.runUntilDone(get);

        assertThat(get.join()).contains(Value.utf8("1"));
        assertThat(took).isLessThan(Duration.ofSeconds(3));
        assertThat(fixture.client.stats().retries().get(RetryReason.NO_ANSWER)).isPositive();
    }

    @Test
    void busyIsWaitedForAsLongAsTheStoreAsks() {
        fixture.put("a", "0");
        int[] served = {0};
        cluster.behaviour = (store, request) -> served[0]++ < 3 ? BUSY : SERVE;

        Duration took = fixture.time.runUntilDone(fixture.async.put("a", "1"));

        assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        assertThat(cluster.timesApplied).containsEntry(Value.utf8("1"), 1);
        assertThat(fixture.client.stats().retries()).containsEntry(RetryReason.BUSY, 3L);
    }

    @Test
    void busyUntilTheDeadlineIsCertainlyNotApplied() {
        cluster.behaviour = (store, request) -> BUSY;

        CompletableFuture<Void> put = fixture.async.put("a", "1");
        Duration took = fixture.time.runUntilDone(put);

        assertThat(took).isEqualTo(Duration.ofSeconds(5));
        assertThat(fixture.failure(put))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.BUSY));
        assertThat(cluster.received.size()).isBetween(5, 250);
    }

    @Test
    void aFullDiskIsToldAtOnceForWrites() {
        cluster.behaviour = (store, request) -> DISK_FULL;

        assertThat(fixture.failure(fixture.async.put("a", "1")))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.DISK_FULL));
        assertThat(cluster.receivedWrites()).isEqualTo(1);
    }

    @Test
    void aStoreThatTimedOutBeforeDoingAnythingIsAskedAgain() {
        int[] served = {0};
        cluster.behaviour = (store, request) -> served[0]++ == 0 ? TIMED_OUT : SERVE;

        fixture.put("a", "1");

        assertThat(cluster.timesApplied).containsEntry(Value.utf8("1"), 1);
    }

    @Test
    void aDeadlinePerCallHoldsForThatCall() {
        cluster.behaviour = (store, request) -> IGNORE;

        CompletableFuture<Void> put =
                fixture.async.withDeadline(Duration.ofMillis(123)).put("a", "1");

        assertThat(fixture.time.runUntilDone(put)).isEqualTo(Duration.ofMillis(123));
        assertThat(cluster.received.get(0).request().deadlineMillis()).isEqualTo(123);
    }

    @Test
    void whatIsWrongInItselfIsRefusedWithoutAsking() {
        assertThat(fixture.failure(fixture.async.put(Key.own(new byte[5000]), Value.utf8("1"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("5000");
        assertThat(fixture.failure(fixture.async.scan(ScanRequest.prefix("a").limit(0))))
                .isInstanceOf(InvalidRequestException.class);
        fixture.settle();
        assertThat(cluster.received).isEmpty();
        assertThat(cluster.asked).isEmpty();
    }

    @Test
    void moreThanMayBeInFlightIsRefusedAtOnce() {
        Fixture narrow = new Fixture(1, config -> config.withInFlight(2, 1 << 20));
        narrow.cluster.behaviour = (store, request) -> IGNORE;
        narrow.async.put("a", "1");
        narrow.async.put("b", "1");

        CleaveException failure = narrow.failure(narrow.async.put("c", "1"));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        busy -> assertThat(busy.reason()).isEqualTo(Reason.BUSY));
        narrow.settle();
        assertThat(narrow.client.stats().inFlightCalls()).isZero();
        assertThat(narrow.client.stats().failed()).isEqualTo(3);
    }

    @Test
    void closingWaitsForCallsInFlightAndRefusesNewOnes() {
        fixture.put("a", "0");
        cluster.behaviour = (store, request) -> IGNORE;
        CompletableFuture<Void> put = fixture.async.put("a", "1");
        fixture.time.advance(Duration.ofMillis(1));

        CompletableFuture<Void> closed = fixture.async.close();
        CleaveException late = fixture.failure(fixture.async.put("b", "1"));
        fixture.time.runUntilDone(closed);

        assertThat(late)
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.CLOSED));
        assertThat(fixture.failure(put)).isInstanceOf(UndeterminedException.class);
        assertThat(fixture.client.stats().openLinks()).isZero();
        fixture.client.close();
        fixture.settle();
        assertThat(fixture.client.stats().inFlightCalls()).isZero();
    }

    @Test
    void anIdleClientClosesAtOnce() {
        fixture.put("a", "0");

        Duration took = fixture.time.runUntilDone(fixture.async.close());

        assertThat(took).isZero();
    }
}
