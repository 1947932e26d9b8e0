package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole placement driver with a real Raft group, log and engine twin, against fake stores. */
class PlacementNodeTest {
    private final FakeCluster cluster = new FakeCluster(1, PlacementOptions.defaults());

    @Test
    void threeRacingStoresMakeOneClusterWhoseRegionGrowsToThreeReplicas() {
        cluster.settle(3);

        assertThat(cluster.stores.stream().map(store -> store.clusterId).distinct())
                .hasSize(1);
        assertThat(cluster.stores.stream().map(store -> store.storeId).distinct())
                .hasSize(3);
        assertThat(cluster.regions.all()).hasSize(1);
        assertThat(cluster.regions.all().get(0).region().range()).isEqualTo(KeyRange.ALL);
        PdReply.Status status = (PdReply.Status) cluster.ask(new PdRequest.GetStatus());
        assertThat(status.storesUp()).isEqualTo(3);
        assertThat(status.underReplicated()).isZero();
        assertThat(status.clusterId()).isEqualTo(cluster.pd().clusterId()).isPositive();
    }

    @Test
    void aMigrationMovesAReplicaAndItStaysWhereAPersonPutIt() {
        cluster.settle(5);
        Region before = cluster.regions.all().get(0).region();
        long from = cluster.regions.all().get(0).leaderStore();
        long to = cluster.stores.stream()
                .mapToLong(store -> store.storeId)
                .filter(id -> before.peerOn(id).isEmpty())
                .max()
                .orElseThrow();

        OperatorView operator = cluster.ended(cluster.accepted(new PdRequest.MigrateRegion(before.id(), from, to)));

        Region after = cluster.regions.get(before.id()).region();
        assertThat(operator.state()).as(operator.reason()).isEqualTo(OperatorView.State.DONE);
        assertThat(operator.steps()).hasSize(3).allMatch(OperatorView.Step::isDone);
        assertThat(after.peerOn(to)).isPresent();
        assertThat(after.peerOn(from)).isEmpty();
        assertThat(after.peers()).hasSize(3).allMatch(peer -> peer.isVoter());
        cluster.run(30_000);
        assertThat(cluster.regions.get(before.id()).region()).isEqualTo(after);
    }

    @Test
    void aSplitIsDoneOnceAllPiecesAreHeardOfAndRoutesTile() {
        cluster.settle(3);
        long region = cluster.regions.all().get(0).region().id();

        OperatorView operator = cluster.ended(
                cluster.accepted(new PdRequest.SplitRegion(region, List.of(Key.utf8("f"), Key.utf8("p")))));

        assertThat(operator.state()).isEqualTo(OperatorView.State.DONE);
        PdReply.Routes routes = (PdReply.Routes) cluster.ask(new PdRequest.ScanRoutes(KeyRange.ALL, 100));
        assertThat(routes.regions().stream().map(view -> view.region().range().toString()))
                .containsExactly("[-∞, f)", "[f, p)", "[p, +∞)");
        assertThat(routes.regions().get(2).region().id()).isEqualTo(region);
        assertThat(routes.stores()).hasSize(3);
        PdReply.Routes one = (PdReply.Routes) cluster.ask(new PdRequest.FindRoute(Key.utf8("g")));
        assertThat(one.regions()).hasSize(1);
        assertThat(one.regions().get(0).region().range().startInclusive()).isEqualTo(Key.utf8("f"));
    }

    @Test
    void leadershipIsHandedOverAndALeavingStoreIsRelieved() {
        cluster.settle(3);
        long region = cluster.regions.all().get(0).region().id();
        long old = cluster.regions.get(region).leaderStore();
        long to = cluster.stores.stream()
                .mapToLong(store -> store.storeId)
                .filter(id -> id != old)
                .findFirst()
                .orElseThrow();

        assertThat(cluster.ended(cluster.accepted(new PdRequest.TransferLeader(region, to)))
                        .state())
                .isEqualTo(OperatorView.State.DONE);
        assertThat(cluster.regions.get(region).leaderStore()).isEqualTo(to);

        cluster.store(to).leave();
        cluster.runUntil(
                "the leader moved", 5_000, () -> cluster.regions.get(region).leaderStore() != to);
    }

    @Test
    void whatWasDecidedSurvivesAPowerCutInTheMiddleOfAMigration() {
        cluster.settle(4);
        Region before = cluster.regions.all().get(0).region();
        long clusterId = cluster.pd().clusterId();
        long from = before.peers().get(0).storeId();
        long to = cluster.stores.stream()
                .mapToLong(store -> store.storeId)
                .filter(id -> before.peerOn(id).isEmpty())
                .findFirst()
                .orElseThrow();
        cluster.regions.areLearnersStuck = true;
        long operator = cluster.accepted(new PdRequest.MigrateRegion(before.id(), from, to));
        cluster.run(3_000);

        cluster.crashPd();
        cluster.run(2_000);
        cluster.startPd();
        cluster.regions.areLearnersStuck = false;

        assertThat(cluster.ended(operator).state()).isEqualTo(OperatorView.State.DONE);
        assertThat(cluster.pd().clusterId()).isEqualTo(clusterId);
        assertThat(cluster.regions.get(before.id()).region().peerOn(to)).isPresent();
        assertThat(cluster.pd().catalog().stores()).hasSize(4);
        assertThat(cluster.stores).allMatch(store -> store.rejections.isEmpty());
    }

    /** rules: 24 */
    @Test
    void idsAreNeverGivenTwiceThoughTheNodeDiesAgainAndAgain() {
        cluster.settle(3);
        Region region = cluster.regions.all().get(0).region();
        long last = 0;
        for (int round = 0; round < 5; round++) {
            FakeStore store = cluster.stores.get(0);
            store.answers.clear();
            cluster.runUntil("ids", 30_000, () -> {
                if (store.answers.stream().noneMatch(answer -> answer instanceof FromPlacement.SplitIds)) {
                    store.answers.clear();
                    store.ask(new ToPlacement.AskSplit(region, 2));
                    cluster.run(500);
                }
                return store.answers.stream().anyMatch(answer -> answer instanceof FromPlacement.SplitIds);
            });
            FromPlacement.SplitIds ids = (FromPlacement.SplitIds) store.answers.stream()
                    .filter(answer -> answer instanceof FromPlacement.SplitIds)
                    .findFirst()
                    .orElseThrow();
            assertThat(ids.pieces()).hasSize(2);
            assertThat(ids.pieces().get(0).replicaIds()).hasSize(3);
            assertThat(ids.pieces().get(0).regionId()).isGreaterThan(last);
            last = ids.pieces().get(1).replicaIds().get(2);
            cluster.crashPd();
            cluster.startPd();
        }
    }

    /** rules: 24 */
    @Test
    void aWipedStoreIsRefusedUntilItsOldSelfIsDeclaredLostAndThenReplaced() {
        cluster.settle(3);
        FakeStore old = cluster.stores.get(2);
        long lost = old.storeId;
        old.stop();
        cluster.stores.remove(old);
        cluster.regions.all().stream()
                .filter(view -> view.leaderStore() == lost)
                .forEach(view -> cluster.regions.lead(view.region().id(), cluster.stores.get(0).storeId));

        FakeStore wiped = cluster.addStore(old.address.host(), 999);
        cluster.runUntil("refused", 5_000, () -> !wiped.rejections.isEmpty());
        assertThat(wiped.rejections.get(0))
                .contains("store " + lost + " was registered at " + old.address + " with other data")
                .contains("`cleave store remove " + lost + " --lost`");
        cluster.stores.remove(wiped);
        assertThat(cluster.ask(new PdRequest.RemoveStore(lost, true)))
                .as("still fresh")
                .isInstanceOfSatisfying(
                        PdReply.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(PdReply.Kind.UNSAFE));

        cluster.run(11_000);
        cluster.accepted(new PdRequest.RemoveStore(lost, true));
        FakeStore fresh = cluster.addStore(old.address.host(), 1000);

        cluster.runUntil("a new id", 10_000, () -> fresh.storeId != 0);
        assertThat(fresh.storeId).isNotEqualTo(lost);
        cluster.runUntil(
                "the lost replica is replaced",
                30_000,
                () -> cluster.regions.all().stream()
                        .allMatch(view -> view.region().peerOn(lost).isEmpty()
                                && view.region().peers().size() == 3
                                && view.region().peers().stream().allMatch(peer -> peer.isVoter())));
    }

    @Test
    void losingASecondStoreOfThreeIsRefusedBecauseARegionWouldLoseItsQuorum() {
        cluster.settle(3);
        for (FakeStore store : List.copyOf(cluster.stores).subList(1, 3)) {
            store.stop();
            cluster.stores.remove(store);
        }
        long survivor = cluster.stores.get(0).storeId;
        cluster.regions.all().forEach(view -> cluster.regions.lead(view.region().id(), survivor));
        cluster.run(11_000);
        List<Long> lost = cluster.pd().catalog().stores().keySet().stream()
                .filter(id -> id != survivor)
                .toList();

        cluster.accepted(new PdRequest.RemoveStore(lost.get(0), true));

        assertThat(cluster.ask(new PdRequest.RemoveStore(lost.get(1), true)))
                .isInstanceOfSatisfying(PdReply.Refused.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(PdReply.Kind.UNSAFE);
                    assertThat(refused.message()).contains("would lose its quorum for good");
                });
    }

    @Test
    void aDrainedStoreLosesItsReplicasAndIsRemoved() {
        cluster.settle(4);
        long region = cluster.regions.all().get(0).region().id();
        cluster.ended(cluster.accepted(new PdRequest.SplitRegion(region, List.of(Key.utf8("m")))));
        long drained = cluster.regions.get(region).leaderStore();

        assertThat(cluster.accepted(new PdRequest.RemoveStore(drained, false))).isZero();
        cluster.runUntil("empty", 60_000, () -> cluster.regions.replicasOn(drained) == 0);
        cluster.runUntil(
                "removed", 10_000, () -> cluster.store(drained).rejections.size() == 1);

        assertThat(cluster.store(drained).rejections.get(0)).contains("has been removed");
        PdReply.Stores stores = (PdReply.Stores) cluster.ask(new PdRequest.ListStores());
        assertThat(stores.stores().stream().filter(info -> info.id() == drained).map(StoreInfo::state))
                .containsExactly(StoreInfo.State.REMOVED);
        assertThat(cluster.ask(new PdRequest.RemoveStore(
                        cluster.stores.get(3).storeId == drained
                                ? cluster.stores.get(0).storeId
                                : cluster.stores.get(3).storeId,
                        false)))
                .isInstanceOfSatisfying(
                        PdReply.Refused.class,
                        refused -> assertThat(refused.message()).contains("only 2 other stores are up"));
    }

    @Test
    void aMigrationWhoseLearnerNeverCatchesUpIsCancelledAndItsLearnerRemoved() {
        cluster.settle(4);
        Region before = cluster.regions.all().get(0).region();
        long from = before.peers().get(0).storeId();
        long to = cluster.stores.stream()
                .mapToLong(store -> store.storeId)
                .filter(id -> before.peerOn(id).isEmpty())
                .findFirst()
                .orElseThrow();
        cluster.regions.areLearnersStuck = true;

        OperatorView operator = cluster.ended(cluster.accepted(new PdRequest.MigrateRegion(before.id(), from, to)));

        assertThat(operator.state()).isEqualTo(OperatorView.State.CANCELLED);
        assertThat(operator.reason()).contains("took longer than 600 s").contains("catching up");
        cluster.runUntil(
                "the learner is gone",
                30_000,
                () -> cluster.regions.get(before.id()).region().peers().equals(before.peers()));
    }

    /** At whatever moment it is cancelled: the region is legal, has three voters and no learner, and may be worked on again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 50, 150, 250, 350, 450, 600, 800})
    void scenario70_aMigrationThatIsCancelledLeavesALegalRegionAndNoLearner(int millis) {
        cluster.settle(4);
        Region before = cluster.regions.all().get(0).region();
        long from = before.peers().get(0).storeId();
        long to = cluster.stores.stream()
                .mapToLong(store -> store.storeId)
                .filter(id -> before.peerOn(id).isEmpty())
                .findFirst()
                .orElseThrow();
        long operator = cluster.accepted(new PdRequest.MigrateRegion(before.id(), from, to));
        cluster.run(millis);

        PdReply cancelled = cluster.ask(new PdRequest.CancelOperator(operator));

        if (cancelled instanceof PdReply.Accepted) {
            OperatorView ended = cluster.ended(operator);
            assertThat(ended.state()).isEqualTo(OperatorView.State.CANCELLED);
            assertThat(ended.reason()).contains("cancelled by request");
            assertRefused(new PdRequest.CancelOperator(operator), PdReply.Kind.INVALID, "has ended already");
        } else {
            assertThat(cluster.ended(operator).state()).isEqualTo(OperatorView.State.DONE);
        }
        cluster.runUntil("three voters and nobody else", 60_000, () -> {
            Region now = cluster.regions.get(before.id()).region();
            return !now.isJoint()
                    && now.peers().size() == 3
                    && now.peers().stream().allMatch(Peer::isVoter)
                    && cluster.pd().catalog().running().isEmpty();
        });
        cluster.run(3_000);
        assertThat(cluster.regions.get(before.id()).region().peers()).hasSize(3);
        assertThat(cluster.ended(cluster.accepted(new PdRequest.SplitRegion(before.id(), List.of(Key.utf8("m")))))
                        .state())
                .isEqualTo(OperatorView.State.DONE);
    }

    /** Who has decided to cancel it is not overtaken by a restart. */
    @Test
    void scenario70_aCancelledOperatorStaysSoWhenThePlacementDriverStartsAgain() {
        cluster.settle(4);
        Region before = cluster.regions.all().get(0).region();
        long to = cluster.stores.stream()
                .mapToLong(store -> store.storeId)
                .filter(id -> before.peerOn(id).isEmpty())
                .findFirst()
                .orElseThrow();
        cluster.regions.areLearnersStuck = true;
        long operator = cluster.accepted(
                new PdRequest.MigrateRegion(before.id(), before.peers().get(0).storeId(), to));
        cluster.run(1_000);
        cluster.accepted(new PdRequest.CancelOperator(operator));

        cluster.crashPd();
        cluster.startPd();

        cluster.runUntil(
                "its learner is gone",
                60_000,
                () -> cluster.regions.get(before.id()).region().peers().equals(before.peers()));
        assertThat(cluster.ended(operator).state()).isEqualTo(OperatorView.State.CANCELLED);
    }

    @Test
    void aBusyRegionAndImpossibleWishesAreRefusedInWords() {
        cluster.settle(4);
        Region region = cluster.regions.all().get(0).region();
        long from = region.peers().get(0).storeId();
        long to = cluster.stores.stream()
                .mapToLong(store -> store.storeId)
                .filter(id -> region.peerOn(id).isEmpty())
                .findFirst()
                .orElseThrow();
        cluster.regions.areLearnersStuck = true;
        cluster.accepted(new PdRequest.MigrateRegion(region.id(), from, to));

        assertRefused(
                new PdRequest.MigrateRegion(region.id(), from, to), PdReply.Kind.UNAVAILABLE, "busy with operator");
        assertRefused(
                new PdRequest.SplitRegion(4711, List.of(Key.utf8("a"))), PdReply.Kind.NOT_FOUND, "4711 is not known");
        assertRefused(new PdRequest.RemoveStore(4711, false), PdReply.Kind.NOT_FOUND, "4711 is not known");
        assertRefused(new PdRequest.ListOperators(4711), PdReply.Kind.NOT_FOUND, "4711");
        assertRefused(new PdRequest.ScanRoutes(KeyRange.ALL, 0), PdReply.Kind.INVALID, "at least 1");
    }

    @Test
    void aReplicaThatAsksHearsTheTruthAndNothingWhileNothingIsKnown() {
        cluster.settle(3);
        Region region = cluster.regions.all().get(0).region();
        FakeStore store = cluster.stores.get(0);

        store.ask(new ToPlacement.CheckPeer(region.id(), 4711, Epoch.FIRST));
        store.ask(new ToPlacement.CheckPeer(4712, 4711, Epoch.FIRST));
        cluster.run(2_000);

        assertThat(store.answers)
                .containsExactly(
                        new FromPlacement.PeerVerdict(region.id(), 4711, region),
                        new FromPlacement.Rejected("no answer"));
    }

    @Test
    void aStoreThatSaysThatNothingHasChangedKeepsItsRegionsAndIsAskedForAllOnlyIfOneIsMissing() {
        cluster.settle(3);
        RegionView view = cluster.regions.all().get(0);
        FakeStore leader = cluster.store(view.leaderStore());
        int asked = leader.askedForAll;

        cluster.run(120_000);

        assertThat(leader.askedForAll).isEqualTo(asked);
        assertThat(leaderOf(view.region().id())).isEqualTo(view.leaderStore());

        cluster.crashPd();
        cluster.startPd();
        cluster.runUntil(
                "the leader is known again",
                20_000,
                () -> leaderOf(view.region().id()) == view.leaderStore());
        assertThat(leader.askedForAll).as("a new one hears all anyway").isEqualTo(asked);

        cluster.regions.grow(view.region().id());
        leader.skips(cluster.regions.get(view.region().id()));
        cluster.runUntil("it is asked", 20_000, () -> leader.askedForAll > asked);
        cluster.runUntil(
                "it is known",
                1_000,
                () -> known(view.region().id())
                        .equals(cluster.regions.get(view.region().id())));
    }

    @Test
    void aSilentStoreIsDisconnectedThenDownAndItsRegionsHaveNoLeader() {
        cluster.settle(3);
        long silent = cluster.regions.all().get(0).leaderStore();
        FakeStore store = cluster.store(silent);
        cluster.stores.remove(store);
        store.stop();

        cluster.run(11_000);
        assertThat(state(silent)).isEqualTo(StoreInfo.State.DISCONNECTED);
        PdReply.Routes routes = (PdReply.Routes) cluster.ask(new PdRequest.FindRoute(Key.utf8("x")));
        assertThat(routes.regions().get(0).leaderStore()).isZero();

        cluster.run(600_000);
        assertThat(state(silent)).isEqualTo(StoreInfo.State.DOWN);
    }

    private RegionView known(long id) {
        PdReply reply = cluster.ask(new PdRequest.ListRegions(id));
        return reply instanceof PdReply.Regions regions && !regions.regions().isEmpty()
                ? regions.regions().get(0)
                : null;
    }

    private long leaderOf(long id) {
        RegionView view = known(id);
        return view == null ? 0 : view.leaderStore();
    }

    private StoreInfo.State state(long id) {
        return ((PdReply.Stores) cluster.ask(new PdRequest.ListStores()))
                .stores().stream()
                        .filter(info -> info.id() == id)
                        .findFirst()
                        .orElseThrow()
                        .state();
    }

    private void assertRefused(PdRequest request, PdReply.Kind kind, String words) {
        assertThat(cluster.ask(request)).isInstanceOfSatisfying(PdReply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(kind);
            assertThat(refused.message()).contains(words);
        });
    }
}
