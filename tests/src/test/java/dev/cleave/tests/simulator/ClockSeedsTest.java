package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Randomness;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Seeds with clock faults as strong as leases bear, each kind by itself and again and again: that reads go by lease unless told otherwise rests on them. Three stores under load;
 * in each round the leader is cut off from its followers, while clients still reach it, and something is done to its clocks. And two kinds that leases are not made to bear:
 * they are seen, so the others would be, too.
 */
class ClockSeedsTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int ROUNDS = 8;
    private static final int SEEDS_TO_SEE = 25;
    private static final int MINUTES_5 = 300_000;

    /** What is done to the clocks of a region's leader, just before it is cut off, for so long. */
    private interface ClockFault {
        void strike(SimStore leader, List<SimStore> followers, long nanos);
    }

    private static final ClockFault NONE = (leader, followers, nanos) -> {};

    /** It counts its lease by the slowest clock there is, its wall clock does not help, and its followers count their promises by the fastest. */
    @Test
    void seed71_aLeaderWhoseClockIsSlowGivesUpItsLeaseBeforeFollowersWithFastClocksElect() {
        survives(
                71,
                paces(900, 1_100),
                (leader, followers, nanos) -> leader.clock().stopWall(nanos));
    }

    /** It gives up its lease early, and its followers wait long: nobody serves for a while, and nobody serves old values. */
    @Test
    void seed72_aLeaderWhoseClockIsFastLosesTimeAndNothingElse() {
        survives(72, paces(1_100, 900), NONE);
    }

    /** By the monotonic clock the lease goes on where the machine was suspended; the wall clock knows better. */
    @Test
    void seed73_aLeaderThatWasSuspendedWakesWithoutItsLease() {
        survives(73, 1_000, (leader, followers, nanos) -> {
            leader.clock().suspend(nanos);
            leader.machine().pause(nanos);
        });
    }

    /** Both its clocks go on: what it is asked when it wakes, it must not answer by the lease that it held. */
    @Test
    void seed74_aLeaderWhoseProcessWasStoppedWakesWithoutItsLease() {
        survives(74, 1_000, (leader, followers, nanos) -> leader.machine().pause(nanos));
    }

    /** The lease ends by the monotonic clock: minutes that the wall clock loses add nothing to it. */
    @Test
    void seed75_aWallClockThatIsSetBackDoesNotProlongALease() {
        survives(75, 1_000, (leader, followers, nanos) -> leader.clock().setWall(-MINUTES_5));
    }

    @Test
    void seed76_aWallClockThatStopsDoesNotProlongALease() {
        survives(76, 1_000, (leader, followers, nanos) -> leader.clock().stopWall(nanos));
    }

    /** The leader's lease ends at once; its followers keep their promises by monotonic time, and elect nobody sooner. */
    @Test
    void seed77_wallClocksThatAreSetAheadShortenNoPromise() {
        survives(77, 1_000, (leader, followers, nanos) -> {
            leader.clock().setWall(MINUTES_5);
            followers.forEach(follower -> follower.clock().setWall(MINUTES_5));
        });
    }

    /** Followers that stand still keep their promises for longer, not for shorter: they cannot know that time has passed. */
    @Test
    void seed78_aFollowerThatWasSuspendedStillKeepsItsPromise() {
        survives(78, 1_000, (leader, followers, nanos) -> {
            SimStore follower = followers.get(0);
            follower.clock().suspend(nanos / 2);
            follower.machine().pause(nanos / 2);
        });
    }

    /** Not borne: monotonic clocks of which one goes twice as fast as the other. */
    @Test
    void clocksThatDriftFarApartAreSeenToBreakLeases() {
        isSeen(79, paces(1_000, 2_000), NONE);
    }

    /** Not borne: both clocks of one machine lose the same time at once. */
    @Test
    void aSuspensionThatTheWallClockDoesNotShowIsSeenToBreakLeases() {
        isSeen(80, paces(1_000, 1_000), (leader, followers, nanos) -> {
            leader.clock().stopWall(nanos);
            leader.clock().suspend(nanos);
            leader.machine().pause(nanos);
        });
    }

    /** One of some seeds meets the moment in which it does harm. */
    private static void isSeen(long firstSeed, ClockFault pace, ClockFault fault) {
        assertThatThrownBy(() -> {
                    for (long seed = firstSeed; seed < firstSeed + SEEDS_TO_SEE; seed++) {
                        survives(seed, pace, fault);
                    }
                })
                .isInstanceOf(Violation.class)
                .hasMessageContaining("a lease of");
    }

    private static ClockFault paces(long leaderPermille, long followerPermille) {
        return (leader, followers, nanos) -> {
            leader.clock().setPace(leaderPermille);
            followers.forEach(follower -> follower.clock().setPace(followerPermille));
        };
    }

    private static void survives(long seed, long pacePermille, ClockFault fault) {
        survives(seed, paces(pacePermille, pacePermille), fault);
    }

    /** {@code pace} is set in peace, so that rounds are counted by it, {@code fault} strikes with the cut. */
    private static void survives(long seed, ClockFault pace, ClockFault fault) {
        SimCluster cluster = new SimCluster(seed, Variety.sleepless(3));
        try (Trail trail = Trail.of(cluster.world())) {
            begin(cluster);
            Randomness chance = cluster.world().randomness().fork();
            for (int round = 0; round < ROUNDS; round++) {
                SimStore leader = leader(cluster);
                List<SimStore> followers = cluster.stores().stream()
                        .filter(store -> store.number() != leader.number())
                        .toList();
                pace.strike(leader, followers, 0);
                cluster.runFor(chance.between(1_500 * MILLI, 2_500 * MILLI));
                if (leader == leader(cluster)) {
                    long nanos = chance.between(1_200 * MILLI, 4 * SECOND);
                    followers.forEach(each -> cluster.network().cutBothWays(leader.host(), each.host()));
                    fault.strike(leader, followers, nanos);
                    cluster.runFor(nanos + SECOND);
                    cluster.network().healAll();
                }
            }
            end(cluster);
            assertThat(trail.lines()).isNotEmpty();
        }
        assertThat(cluster.referee().counts())
                .containsKeys("lease-seen", "read-by-lease-at-once", "read-by-lease-later");
    }

    private static SimStore leader(SimCluster cluster) {
        long region = cluster.seenRegions().get(0).region().id();
        cluster.runUntil("somebody leads", 60 * SECOND, () -> cluster.leaderOf(region) != null);
        return cluster.leaderOf(region);
    }

    private static void begin(SimCluster cluster) {
        cluster.placement().start();
        cluster.stores().forEach(SimStore::start);
        cluster.runUntil("the first region has three replicas", 60 * SECOND, () -> {
            cluster.askRegions();
            return !cluster.seenRegions().isEmpty()
                    && cluster.seenRegions().get(0).leaderStore() != 0
                    && cluster.seenRegions().get(0).region().peers().size() == 3;
        });
        cluster.clients().start();
    }

    private static void end(SimCluster cluster) {
        cluster.runFor(2 * SECOND);
        cluster.clients().stop();
        cluster.runUntil(
                "every operation has ended",
                60 * SECOND,
                () -> cluster.clients().haveEnded());
        cluster.clients().judge();
        cluster.stores().forEach(SimStore::countReads);
    }
}
