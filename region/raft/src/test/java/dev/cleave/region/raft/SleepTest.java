package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftMessage.Type;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SleepTest {
    private static final long MS = Lab.MS;
    private static final long SECOND = 1000 * MS;
    private static final Membership TRIO = Membership.of(1, 2, 3);

    // ---- falling asleep

    @Test
    void rule107_anIdleLeaderAsksAndSleepsOnceEverybodySleeps() {
        Lab lab = asking();

        agree(lab, 2);
        assertThat(lab.raft.isAsleep()).isFalse();
        agree(lab, 3);

        assertThat(lab.raft.isAsleep()).isTrue();
        assertThat(lab.raft.role()).isEqualTo(Role.LEADER);
        assertThat(lab.raft.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void rule107_answersToEarlierRoundsDoNotAddUp() {
        Lab lab = asking();
        long first = roundOf(lab);
        lab.pass(300);

        lab.receive(sleepy(lab, 2, first));
        agree(lab, 3);

        assertThat(lab.raft.isAsleep()).isFalse();
    }

    @Test
    void rule107_aLeaderWithAnythingPendingDoesNotAsk() {
        assertDoesNotAsk("an entry is not committed", lab -> lab.propose());
        assertDoesNotAsk("a read waits", lab -> lab.raft.readIndex(9, lab.now));
        assertDoesNotAsk("leadership is handed over", lab -> lab.raft.transferLeader(2, lab.now));
        assertDoesNotAsk("a member is silent", lab -> lab.silent.add(2L));
        assertDoesNotAsk("a message came", lab -> lab.receive(lab.message(Type.WAKE, 2, lab.raft.term())));
        assertDoesNotAsk("a member lacks entries", lab -> lab.raft.reportUnreachable(2));
    }

    private static void assertDoesNotAsk(String why, Consumer<Lab> what) {
        Lab lab = Lab.leader(5).committed();
        idle(lab, 5000);

        what.accept(lab);
        lab.settle();
        lab.sent.clear();
        lab.pass(400);

        assertThat(lab.take(Type.HEARTBEAT)).as(why).isNotEmpty().noneMatch(heartbeat -> heartbeat.isSleep);
    }

    @Test
    void aJointConfigurationStaysAwake() {
        Membership joint = new Membership(new long[] {1, 2}, new long[] {1, 3}, new long[0], new long[0], false);
        Lab lab = Lab.leader(RaftConfig.defaults(), joint).committed();

        idle(lab, 20_000);

        assertThat(asked(lab)).isFalse();
    }

    @Test
    void aLeaderWhoseLeaseIsReadByStaysAwake() {
        Lab lab = Lab.leader(5).committed();

        for (int i = 0; i < 10; i++) {
            idle(lab, 2_000);
            lab.raft.leaseUsed(lab.now);
            assertThat(asked(lab)).isFalse();
        }
    }

    @Test
    void aLeaderOfWhomNobodyHasWantedAnythingMaySleepSooner() {
        Lab lab = Lab.leader(RaftConfig.defaults().withSleepOfUnused(SECOND), TRIO)
                .committed();
        idle(lab, 1_500);
        assertThat(asked(lab)).isTrue();

        lab.propose();
        lab.committed();
        idle(lab, 4_000);
        assertThat(asked(lab)).as("once used, it waits as long as any other").isFalse();
        idle(lab, 1_500);
        agree(lab, 2);
        agree(lab, 3);
        assertThat(lab.raft.isAsleep()).isTrue();

        lab.raft.wake(lab.now);
        lab.settle();
        lab.sent.clear();
        idle(lab, 1_500);
        assertThat(asked(lab))
                .as("woken, but not by anybody who wanted something")
                .isTrue();
    }

    @Test
    void aLeaderWhoseLeaseIsReadByIsUsed() {
        Lab lab = Lab.leader(RaftConfig.defaults().withSleepOfUnused(SECOND), TRIO)
                .committed();

        lab.raft.leaseUsed(lab.now);
        idle(lab, 4_000);

        assertThat(asked(lab)).isFalse();
    }

    @Test
    void sleepMayBeSwitchedOff() {
        Lab lab = Lab.leader(RaftConfig.defaults().withSleepAfter(0), TRIO).committed();

        idle(lab, 60_000);

        assertThat(asked(lab)).isFalse();
    }

    @Test
    void aLearnerIsAskedTooAndALeaderOfNobodySleepsByItself() {
        Membership withLearner = new Membership(new long[] {1}, new long[0], new long[] {7}, new long[0], false);
        Lab lab = Lab.leader(RaftConfig.defaults(), withLearner).committed();
        idle(lab, 6_000);
        assertThat(asked(lab)).isTrue();
        assertThat(lab.raft.isAsleep()).isFalse();

        Lab alone = new Lab(1, Membership.of(1), 5);
        alone.pass(6_000);

        assertThat(alone.raft.isAsleep()).isTrue();
    }

    @Test
    void rule109_aMemberThatIsSilentForLongDoesNotKeepTheOthersAwake() {
        Lab lab = Lab.leader(5).committed();
        lab.silent.add(3L);
        idle(lab, 20_000, 2);
        assertThat(asked(lab)).isFalse();

        idle(lab, 12_000, 2);
        lab.sent.clear();
        lab.pass(300);
        agree(lab, 2);

        assertThat(lab.raft.isAsleep()).isTrue();
    }

    /** Its store holds nothing of this group yet, so it does not beat: nobody would wake the leader once it can be reached. */
    @Test
    void rule109_butNobodySleepsWhileALearnerIsYetToBeBorn() {
        Membership members = new Membership(new long[] {1, 2, 3}, new long[0], new long[] {4}, new long[0], false);
        Lab lab = Lab.leader(RaftConfig.defaults(), members);
        lab.receive(lab.ack(2, lab.raft.lastIndex()));
        lab.receive(lab.ack(3, lab.raft.lastIndex()));
        lab.silent.add(4L);

        idle(lab, 60_000, 2, 3);

        assertThat(asked(lab)).isFalse();
    }

    @Test
    void rule109_butTheOthersMustBeAQuorum() {
        Lab lab = Lab.leader(RaftConfig.defaults(), Membership.of(1, 2, 3, 4)).committed();
        lab.silent.addAll(List.of(3L, 4L));

        idle(lab, 60_000, 2, 3, 4);

        assertThat(asked(lab)).isFalse();
    }

    // ---- a follower is asked

    @Test
    void rule110_aFollowerSleepsIfItStandsExactlyAtTermAndCommit() {
        Lab lab = follower();

        lab.receive(ask(lab, 6, 10));

        RaftMessage reply = lab.takeOne(Type.HEARTBEAT_REPLY);
        assertThat(reply.isSleep).isTrue();
        assertThat(reply.token).isEqualTo(10);
        assertThat(lab.raft.isAsleep()).isTrue();
        assertThat(lab.raft.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void rule110_whoeverStandsElsewhereTakesItAsAHeartbeat() {
        Lab ahead = follower();
        ahead.receive(ahead.append(2, 6, 6, 6, 6, 6));
        ahead.receive(ask(ahead, 6, 10));
        Lab behind = follower();
        behind.receive(ask(behind, 7, 10));
        Lab deaf = follower();
        deaf.silent.add(2L);
        deaf.receive(ask(deaf, 6, 10));
        Lab slow = follower();
        slow.applyIsHeld = true;
        slow.receive(slow.append(2, 6, 6, 6, 7, 6));
        slow.receive(ask(slow, 7, 10));

        for (Lab lab : List.of(ahead, behind, deaf, slow)) {
            RaftMessage reply = lab.takeOne(Type.HEARTBEAT_REPLY);
            assertThat(reply.isSleep).isFalse();
            assertThat(reply.token).isEqualTo(10);
            assertThat(lab.raft.isAsleep()).isFalse();
        }
    }

    @Test
    void aFollowerThatHadBegunToCampaignKnowsThatItsLogIsItsLeaders() {
        Lab lab = follower();
        lab.timeOut();
        assertThat(lab.raft.role()).isEqualTo(Role.PRE_CANDIDATE);
        lab.sent.clear();

        lab.receive(ask(lab, 6, 10));

        assertThat(lab.takeOne(Type.HEARTBEAT_REPLY).isSleep).isTrue();
    }

    @Test
    void rule110_anEarlierTermPutsNobodyToSleep() {
        Lab lab = follower();
        RaftMessage old = ask(lab, 6, 10);
        old.term = 5;

        lab.receive(old);

        assertThat(lab.raft.isAsleep()).isFalse();
        assertThat(lab.takeOne(Type.HEARTBEAT_REPLY).isSleep).isFalse();
    }

    // ---- waking

    @Test
    void rule108_anyMessageButAnEchoWakesAFollowerWhichWakesItsLeader() {
        for (Type type : List.of(Type.PRE_VOTE, Type.VOTE, Type.APPEND_REPLY, Type.TIMEOUT_NOW, Type.WAKE)) {
            Lab lab = sleeper();
            RaftMessage message = lab.message(type, 3, 6);
            lab.receive(message);

            assertThat(lab.raft.isAsleep()).as("" + type).isFalse();
            assertThat(lab.take(Type.WAKE)).as("" + type).singleElement().satisfies(wake -> {
                assertThat(wake.to).isEqualTo(2);
                assertThat(wake.term).isEqualTo(6);
            });
        }
    }

    @Test
    void rule108_aWakingLeaderBeatsAtOnceAndStaysAwake() {
        Lab lab = asleep();

        lab.receive(lab.message(Type.WAKE, 2, lab.raft.term()));

        assertThat(lab.raft.isAsleep()).isFalse();
        assertThat(lab.take(Type.HEARTBEAT)).hasSize(2).noneMatch(heartbeat -> heartbeat.isSleep);
        idle(lab, 4_000);
        assertThat(asked(lab)).isFalse();
        idle(lab, 2_000);
        assertThat(asked(lab)).isTrue();
    }

    @Test
    void aProposalWakesTheLeaderAndItsAppendLeavesAtOnce() {
        Lab lab = asleep();

        long index = lab.propose();

        assertThat(index).isPositive();
        assertThat(lab.raft.isAsleep()).isFalse();
        assertThat(lab.take(Type.APPEND)).hasSize(2).allMatch(append -> append.lastIndex == index);
    }

    @Test
    void aReadWakesTheLeaderAndWaitsForAQuorum() {
        Lab lab = asleep();

        assertThat(lab.raft.readIndex(9, lab.now)).isTrue();
        lab.settle();
        assertThat(lab.reads).isEmpty();
        RaftMessage heartbeat = lab.take(Type.HEARTBEAT).get(0);
        assertThat(heartbeat.isSleep).isFalse();
        lab.receive(lab.pulse(2, heartbeat.token));

        assertThat(lab.reads).containsExactly(9L);
    }

    @Test
    void anAppendWakesAFollowerWhichNeedNotTellItsLeader() {
        Lab lab = sleeper();

        lab.receive(lab.append(2, 6, 6, 6, 6, 6));

        assertThat(lab.raft.isAsleep()).isFalse();
        assertThat(lab.sent).noneMatch(message -> message.type == Type.WAKE);
    }

    @Test
    void echoesDoNotWake() {
        Lab follower = sleeper();
        follower.receive(follower.heartbeat(2, 6, 6, 9));
        follower.receive(ask(follower, 6, 10));
        follower.receive(ask(follower, 6, 11));
        Lab leader = asleep();
        long round = lastRound;
        leader.receive(sleepy(leader, 2, round));
        leader.receive(leader.pulse(3, round - 1));

        assertThat(follower.raft.isAsleep()).isTrue();
        assertThat(leader.raft.isAsleep()).isTrue();
    }

    @Test
    void aHeartbeatOfAnAwakeLeaderWakes() {
        Lab lab = sleeper();

        lab.receive(lab.heartbeat(2, 6, 6, 11));

        assertThat(lab.raft.isAsleep()).isFalse();
    }

    @Test
    void aSleepingFollowerKeepsItsPromiseWhileItsLeaderIsHeard() {
        Lab lab = sleeper();
        lab.now += 60 * SECOND;

        lab.receive(lab.voteRequest(Type.PRE_VOTE, 3, 7, 6, 6));
        lab.receive(lab.voteRequest(Type.VOTE, 3, 7, 6, 6));

        assertThat(lab.raft.term()).isEqualTo(6);
        assertThat(lab.sent).noneMatch(m -> m.type == Type.VOTE_REPLY || m.type == Type.PRE_VOTE_REPLY);
        assertThat(lab.raft.nextDeadlineNanos() - lab.now).isGreaterThanOrEqualTo(SECOND);
    }

    @Test
    void aSilentLeaderWakesItsFollowersWhichMayVoteAndSoonCampaign() {
        Lab lab = sleeper();
        lab.now += 60 * SECOND;
        lab.raft.livenessChanged(lab.now);
        assertThat(lab.raft.isAsleep()).isTrue();

        lab.silent.add(2L);
        lab.raft.livenessChanged(lab.now);

        assertThat(lab.raft.isAsleep()).isFalse();
        assertThat(lab.raft.nextDeadlineNanos() - lab.now).isBetween(0L, SECOND);
        lab.receive(lab.voteRequest(Type.VOTE, 3, 7, 6, 6));
        assertThat(lab.takeOne(Type.VOTE_REPLY).reject).isFalse();
    }

    @Test
    void thoseWhoAreLeftStandOneAfterTheOtherAndWhoIsFirstDiffersFromGroupToGroup() {
        int firstOfLower = 0;
        for (long group = 10; group < 1_010; group += 10) {
            long lower = turn(group, group + 1, group + 3);
            long upper = turn(group, group + 3, group + 1);

            assertThat(Math.abs(lower - upper)).isGreaterThan(400 * MS);
            assertThat(Math.min(lower, upper)).isBetween(60 * MS, 130 * MS);
            firstOfLower += lower < upper ? 1 : 0;
        }
        assertThat(firstOfLower).isBetween(30, 70);
    }

    /** How long after its leader's silence a follower of three stands. */
    private static long turn(long group, long own, long other) {
        Lab lab = new Lab(own, Membership.of(group + 1, group + 2, group + 3), 6);
        lab.receive(lab.append(group + 2, 6, 5, 5, 6, 6));
        RaftMessage ask = lab.heartbeat(group + 2, 6, 6, 10);
        ask.isSleep = true;
        lab.receive(ask);
        assertThat(lab.raft.isAsleep()).isTrue();
        lab.now += 60 * SECOND;
        lab.silent.add(group + 2);
        assertThat(lab.silent).doesNotContain(other);

        lab.raft.livenessChanged(lab.now);

        return lab.raft.nextDeadlineNanos() - lab.now;
    }

    @Test
    void aLeaderThatStartedAnewWakesItsFollowers() {
        Lab lab = sleeper();

        lab.raft.wake(lab.now);

        assertThat(lab.raft.isAsleep()).isFalse();
        assertThat(lab.raft.nextDeadlineNanos()).isLessThan(lab.now + 2 * SECOND);
    }

    @Test
    void aLeaderWhoseQuorumIsSilentWakesAndStepsDown() {
        Lab lab = asleep();
        lab.silent.add(2L);
        lab.raft.livenessChanged(lab.now);
        assertThat(lab.raft.isAsleep()).isTrue();
        lab.now += 60 * SECOND;

        lab.silent.add(3L);
        lab.raft.livenessChanged(lab.now);
        assertThat(lab.raft.isAsleep()).isFalse();
        lab.pass(1_100);

        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aWokenLeaderWhomNobodyAnswersStepsDownWithinAnElectionTimeout() {
        Lab lab = asleep();
        lab.now += 60 * SECOND;

        lab.raft.wake(lab.now);
        lab.settle();
        assertThat(lab.raft.isRecentlyActive(2))
                .as("its host was heard until now")
                .isTrue();
        lab.pass(1_100);

        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aLeaderDeposedInItsSleepFollows() {
        Lab lab = asleep();
        long term = lab.raft.term();

        lab.receive(lab.append(3, term + 1, lab.raft.lastIndex(), term, lab.raft.commit(), term + 1));

        assertThat(lab.raft.isAsleep()).isFalse();
        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(lab.raft.leader()).isEqualTo(3);
    }

    @Test
    void noLeaseIsRenewedFromTheQuestionOnUntilARoundAfterWakingIsConfirmed() {
        Lab lab = Lab.leader(5).committed();
        idle(lab, 4_000);
        assertThat(lab.raft.quorumContactNanos()).isGreaterThan(lab.now - SECOND);
        idle(lab, 1_500);
        assertThat(asked(lab)).isTrue();
        assertThat(lab.raft.quorumContactNanos()).isEqualTo(Long.MIN_VALUE);

        long round = roundOf(lab);
        agree(lab, 2);
        agree(lab, 3);
        assertThat(lab.raft.isAsleep()).isTrue();
        assertThat(lab.raft.quorumContactNanos()).isEqualTo(Long.MIN_VALUE);

        lab.raft.wake(lab.now);
        lab.settle();
        lab.receive(lab.pulse(2, round));
        assertThat(lab.raft.quorumContactNanos()).isEqualTo(Long.MIN_VALUE);
        lab.receive(lab.pulse(2, round + 1));
        assertThat(lab.raft.quorumContactNanos()).isEqualTo(lab.now);
    }

    // ---- fixture

    private static long lastRound;

    /** A follower of replica 2 in term 6; entry 6 is the last, committed and applied. */
    private static Lab follower() {
        Lab lab = Lab.follower(6);
        lab.receive(lab.append(2, 6, 5, 5, 6, 6));
        lab.sent.clear();
        return lab;
    }

    private static Lab sleeper() {
        Lab lab = follower();
        lab.receive(ask(lab, 6, 10));
        assertThat(lab.raft.isAsleep()).isTrue();
        lab.sent.clear();
        return lab;
    }

    private static RaftMessage ask(Lab lab, long commit, long token) {
        RaftMessage heartbeat = lab.heartbeat(2, 6, commit, token);
        heartbeat.isSleep = true;
        return heartbeat;
    }

    /** A leader that has just asked its followers to sleep. */
    private static Lab asking() {
        Lab lab = Lab.leader(5).committed();
        idle(lab, 5_400);
        assertThat(asked(lab)).isTrue();
        return lab;
    }

    private static Lab asleep() {
        Lab lab = asking();
        agree(lab, 2);
        agree(lab, 3);
        assertThat(lab.raft.isAsleep()).isTrue();
        lab.sent.clear();
        return lab;
    }

    /** Time passes; followers answer each heartbeat, and do not sleep. */
    private static void idle(Lab lab, long millis, long... answering) {
        long[] all = answering.length == 0 ? new long[] {2, 3} : answering;
        for (long passed = 0; passed < millis; passed += 100) {
            lab.pass(100);
            List<RaftMessage> heartbeats =
                    lab.sent.stream().filter(m -> m.type == Type.HEARTBEAT).toList();
            for (RaftMessage heartbeat : heartbeats) {
                for (long peer : all) {
                    if (heartbeat.to == peer) {
                        lab.receive(lab.pulse(peer, heartbeat.token));
                    }
                }
            }
            if (passed + 100 < millis) {
                lab.sent.clear();
            }
        }
        if (!lab.sent.isEmpty()) {
            return;
        }
        lab.pass(300);
    }

    private static boolean asked(Lab lab) {
        return lab.sent.stream().anyMatch(message -> message.type == Type.HEARTBEAT && message.isSleep);
    }

    private static long roundOf(Lab lab) {
        return lab.sent.stream()
                .filter(message -> message.type == Type.HEARTBEAT)
                .mapToLong(message -> message.token)
                .max()
                .orElseThrow();
    }

    private static void agree(Lab lab, long peer) {
        lastRound = roundOf(lab);
        lab.receive(sleepy(lab, peer, lastRound));
    }

    private static RaftMessage sleepy(Lab lab, long from, long round) {
        RaftMessage reply = lab.pulse(from, round);
        reply.isSleep = true;
        return reply;
    }
}
