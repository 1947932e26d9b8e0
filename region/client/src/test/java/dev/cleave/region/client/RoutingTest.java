package dev.cleave.region.client;

import static dev.cleave.region.client.FakeCluster.Reaction.IGNORE;
import static dev.cleave.region.client.FakeCluster.Reaction.SERVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.region.client.NotAppliedException.Reason;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Region;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How the client finds regions, leaders and placement driver members, and what it remembers. */
class RoutingTest {
    private final Fixture fixture = new Fixture();
    private final FakeCluster cluster = fixture.cluster;

    @Test
    void aHintLeadsToTheLeaderAtOnce() {
        fixture.put("a", "1");
        cluster.lead("a", 3);
        cluster.received.clear();

        Duration took = fixture.time.runUntilDone(fixture.async.put("a", "2"));
        fixture.put("a", "3");

        assertThat(took).isZero();
        assertThat(stores()).containsExactly(1L, 3L, 3L);
    }

    @Test
    void withoutHintsThePeersAreAskedInTurn() {
        fixture.put("a", "1");
        cluster.hintsLeader = false;
        cluster.lead("a", 3);
        cluster.rumours.put(1L, 0L);
        cluster.received.clear();

        fixture.put("a", "2");

        assertThat(stores()).startsWith(1L).endsWith(3L);
        assertThat(cluster.receivedWrites()).isLessThanOrEqualTo(3);
    }

    @Test
    void aStaleRumourOfThePlacementDriverDoesNotHoldACallBack() {
        cluster.lead("a", 2);
        cluster.rumours.put(1L, 1L);
        cluster.stopStore(1);

        Duration took = fixture.time.runUntilDone(fixture.async.put("a", "1"));

        assertThat(took).isLessThan(Duration.ofMillis(100));
        assertThat(fixture.get("a")).isEqualTo("1");
    }

    @Test
    void aSplitIsLearntFromTheAnswerWithoutAskingThePlacementDriver() {
        fixture.put("a", "1");
        fixture.put("x", "1");
        fixture.pd.isSilent = true;
        cluster.split("m");
        int askedBefore = cluster.asked.size();
        cluster.received.clear();

        Duration took = fixture.time.runUntilDone(fixture.async.put("a", "2"));
        fixture.put("x", "2");

        assertThat(took).isZero();
        assertThat(cluster.asked).hasSize(askedBefore);
        assertThat(cluster.received).hasSize(3);
    }

    @Test
    void theDataPathWorksWhileThePlacementDriverIsDown() {
        fixture.put("a", "1");
        cluster.stopPd(1);
        cluster.lead("a", 2);

        fixture.put("a", "2");

        assertThat(fixture.get("a")).isEqualTo("2");
    }

    @Test
    void withoutAnyRouteTheCallEndsAtItsDeadlineNamingThePlacementDriver() {
        cluster.stopPd(1);

        CompletableFuture<Void> put = fixture.async.put("a", "1");
        Duration took = fixture.time.runUntilDone(put);

        assertThat(took).isEqualTo(Duration.ofSeconds(5));
        assertThat(fixture.failure(put))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("pd:2001");
    }

    @Test
    void aPlacementDriverThatComesBackIsFoundBeforeTheDeadline() {
        cluster.stopPd(1);
        CompletableFuture<Void> put = fixture.async.put("a", "1");
        fixture.time.advance(Duration.ofSeconds(3));
        cluster.startPd(1);

        fixture.time.runUntilDone(put);

        assertThat(put).isCompleted();
    }

    @Test
    void whenNoStoreCanBeReachedTheWriteIsCertainlyNotApplied() {
        fixture.put("a", "1");
        List.of(1L, 2L, 3L).forEach(cluster::stopStore);

        CompletableFuture<Void> put = fixture.async.put("a", "2");
        Duration took = fixture.time.runUntilDone(put);

        assertThat(took).isEqualTo(Duration.ofSeconds(5));
        assertThat(fixture.failure(put))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void aLeaderThatIsSilentToReadsIsPassedOver() {
        fixture.put("a", "1");
        cluster.behaviour = (store, request) -> store == 1 ? IGNORE : SERVE;
        CompletableFuture<?> get = fixture.async.get("a");
        fixture.time.advance(Duration.ofMillis(500));
        cluster.lead("a", 2);

        Duration took = fixture.time.runUntilDone(get);

        assertThat(took).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void manyCallsWithoutARouteAskOnce() {
        for (int i = 0; i < 100; i++) {
            fixture.async.put("k" + i, "v");
        }
        fixture.settle();

        assertThat(fixture.client.stats().done()).isEqualTo(100);
        assertThat(fixture.client.stats().routeMisses()).isEqualTo(100);
        fixture.put("k1", "w");
        assertThat(fixture.client.stats().routeHits()).isPositive();
        assertThat(cluster.asked.stream().filter(PdRequest.ScanRoutes.class::isInstance))
                .hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void theClientTurnsToAnotherMemberAndLearnsTheOthers() {
        Fixture two = new Fixture();
        FakeCluster.FakePd second = two.cluster.startPd(2);
        second.leader = FakeCluster.pdAddress(2);
        two.pd.leader = FakeCluster.pdAddress(2);
        two.pd.members = List.of(FakeCluster.pdAddress(1), FakeCluster.pdAddress(2));
        two.pd.isAvailable = false;

        two.put("a", "1");

        assertThat(second.answered).isPositive();
    }

    @Test
    void anOrderWhoseAnswerIsLostIsUndeterminedAndNotGivenTwice() {
        PdClient pd = PdClient.assemble(
                List.of(FakeCluster.pdAddress(1)), fixture.network, fixture.time, fixture.time, Randomness.seeded(1));
        long deadline = fixture.time.nanos() + Duration.ofSeconds(2).toNanos();
        fixture.run(pd.ask(new PdRequest.GetStatus(), deadline));
        fixture.pd.closesOnAsk = true;
        cluster.asked.clear();

        CleaveException failure =
                fixture.failure(pd.ask(new PdRequest.SplitRegion(1, List.of(Key.utf8("m"))), deadline));
        fixture.settle();

        assertThat(failure).isInstanceOf(UndeterminedException.class);
        assertThat(cluster.asked).hasSize(1);
    }

    @Test
    void aQuestionIsAskedAgainUntilItsDeadlineAndARefusalIsAnAnswer() {
        PdClient pd = PdClient.assemble(
                List.of(FakeCluster.pdAddress(1)), fixture.network, fixture.time, fixture.time, Randomness.seeded(1));
        fixture.pd.isAvailable = false;
        long deadline = fixture.time.nanos() + Duration.ofSeconds(2).toNanos();

        CompletableFuture<PdReply> asked = pd.ask(new PdRequest.FindRoute(Key.utf8("a")), deadline);
        Duration took = fixture.time.runUntilDone(asked);

        assertThat(took).isEqualTo(Duration.ofSeconds(2));
        assertThat(asked.join())
                .isInstanceOfSatisfying(
                        PdReply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(PdReply.Kind.UNAVAILABLE));
    }

    @Test
    void aStoreOfAnotherClusterIsNotSpokenTo() {
        cluster.stopStore(1);
        int[] frames = {0};
        fixture.network
                .sibling(fixture.time)
                .listen(FakeCluster.storeAddress(1), () -> new Hello(Hello.STORE, 666, 1, 0, 1), new LinkListener() {
                    @Override
                    public void onOpen(Link link, Hello peer) {}

                    @Override
                    public void onFrame(Link link, ByteBuffer frame) {
                        frames[0]++;
                    }

                    @Override
                    public void onClose(Link link, String reason) {}
                });
        fixture.async.put("a", "1");
        fixture.settle();
        cluster.lead("a", 2);

        fixture.put("a", "2");

        assertThat(frames[0]).isZero();
    }

    @Test
    void olderDescriptorsNeverReplaceNewerOnes() {
        RouteCache cache = new RouteCache(100);
        Region parent = new Region(1, KeyRange.ALL, new Epoch(1, 1), List.of());
        Region left = new Region(2, KeyRange.of(Key.EMPTY, Key.utf8("m")), new Epoch(1, 2), List.of());
        Region right = new Region(1, KeyRange.of(Key.utf8("m"), Key.EMPTY), new Epoch(1, 2), List.of());

        cache.learn(parent, 0);
        cache.learn(left, 0);
        assertThat(cache.find(Key.utf8("x"))).isNull();
        cache.learn(parent, 0);
        assertThat(cache.find(Key.utf8("x"))).isNull();
        cache.learn(right, 0);
        cache.learn(parent, 0);

        assertThat(cache.find(Key.utf8("a")).region()).isEqualTo(left);
        assertThat(cache.find(Key.utf8("x")).region()).isEqualTo(right);
        assertThat(cache.size()).isEqualTo(2);
    }

    private List<Long> stores() {
        return cluster.received.stream().map(FakeCluster.Received::store).toList();
    }
}
