package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.RaftMessage.Type;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicationTest {
    private static final long MS = Lab.MS;

    private static RaftConfig config(int appendBytes, int inflightMessages, int inflightBytes, int applyBytes) {
        return new RaftConfig(
                300 * MS, 1000 * MS, 2000 * MS, appendBytes, inflightMessages, inflightBytes, 1 << 20, applyBytes);
    }

    // ---- commit ----

    @Test
    void rule25_commitsByCountingOnlyForEntriesOfItsOwnTerm() {
        // Paper, figure 8: an entry of term 6 sits on a majority, but the leader is of term 8.
        Lab lab = Lab.leader(7, 6);
        assertThat(lab.raft.term()).isEqualTo(8);
        lab.receive(lab.ack(2, 6));
        assertThat(lab.raft.commit()).as("an old entry on a majority").isEqualTo(5);
        lab.receive(lab.ack(2, 7));
        assertThat(lab.raft.commit()).as("covered by the own no-op").isEqualTo(7);
    }

    @Test
    void rule54_ownEntriesCountOnlyWhenDurable() {
        Lab lab = Lab.leader(RaftConfig.defaults(), Membership.of(1, 2)).committed();
        lab.diskIsHeld = true;
        lab.marks.clear();
        long index = lab.propose();
        lab.receive(lab.ack(2, index));
        assertThat(lab.raft.commit()).isEqualTo(index - 1);
        lab.force();
        assertThat(lab.raft.commit()).isEqualTo(index);
    }

    @Test
    void rule54_aQuorumWithoutTheLeadersDiskCommitsButNothingIsAppliedBeforeItIsDurableHere() {
        Lab lab = Lab.leader(5).committed();
        lab.diskIsHeld = true;
        lab.marks.clear();
        lab.applies.clear();
        long index = lab.propose();
        lab.receive(lab.ack(2, index));
        lab.receive(lab.ack(3, index));
        assertThat(lab.raft.commit()).isEqualTo(index);
        assertThat(lab.applies).isEmpty();
        lab.force();
        assertThat(lab.applies).hasSize(1);
        assertThat(lab.raft.applied()).isEqualTo(index);
    }

    @Test
    void appendsLeaveBeforeTheOwnDiskIsDone() {
        Lab lab = Lab.leader(5).committed();
        lab.diskIsHeld = true;
        lab.propose();
        assertThat(lab.take(Type.APPEND)).extracting(m -> m.to).containsExactly(2L, 3L);
    }

    @Test
    void theNextAppendTellsWhatIsCommitted() {
        Lab lab = Lab.leader(5).committed();
        long index = lab.propose();
        lab.sent.clear();

        lab.receive(lab.ack(2, index));

        assertThat(lab.raft.commit()).isEqualTo(index);
        assertThat(lab.sent).as("no message of its own").isEmpty();
        lab.propose();
        assertThat(lab.sent).hasSize(2).allMatch(m -> m.type == Type.APPEND && m.commit == index);
    }

    @Test
    void aHeartbeatTellsWhatIsCommittedIfNoAppendDoesInTime() {
        Lab lab = Lab.leader(5).committed();
        passToTick(lab);
        lab.pass(1);
        long index = lab.propose();
        lab.receive(lab.ack(2, index));
        lab.sent.clear();

        lab.pass(48);
        assertThat(lab.sent).isEmpty();
        lab.pass(2);

        assertThat(lab.take(Type.HEARTBEAT)).hasSize(2).allMatch(m -> m.commit == index);
        lab.pass(100);
        assertThat(lab.sent).as("once is enough").isEmpty();
    }

    /** To less than a millisecond before a beat, which is a moment for news as well. */
    private static void passToTick(Lab lab) {
        long beat = lab.config.heartbeatNanos();
        lab.pass((beat - lab.now % beat) / MS);
        lab.sent.clear();
    }

    @Test
    void anAppendInTimeSavesTheHeartbeat() {
        Lab lab = Lab.leader(5).committed();
        passToTick(lab);
        lab.pass(1);
        long index = lab.propose();
        lab.receive(lab.ack(2, index));
        lab.pass(40);
        lab.propose();
        lab.sent.clear();

        lab.pass(100);

        assertThat(lab.sent).isEmpty();
    }

    @Test
    void thatAnAdministrativeEntryIsCommittedIsToldAtOnce() {
        Lab lab = Lab.leader(5).committed();
        lab.propose();
        long index = lab.propose(EntryType.ADMIN, Lab.PAYLOAD);
        lab.sent.clear();

        lab.receive(lab.ack(2, index));

        assertThat(lab.take(Type.HEARTBEAT)).hasSize(2).allMatch(m -> m.commit == index);
    }

    @Test
    void itIsToldAtOnceEvenIfAnotherFollowsItThatIsNotCommitted() {
        Lab lab = Lab.leader(5).committed();
        long first = lab.propose(EntryType.ADMIN, Lab.PAYLOAD);
        long second = lab.propose(EntryType.ADMIN, Lab.PAYLOAD);
        lab.sent.clear();

        lab.receive(lab.ack(2, first));
        assertThat(lab.take(Type.HEARTBEAT)).hasSize(2).allMatch(m -> m.commit == first);
        lab.receive(lab.ack(2, second));
        assertThat(lab.take(Type.HEARTBEAT)).hasSize(2).allMatch(m -> m.commit == second);

        long plain = lab.propose();
        lab.sent.clear();
        lab.receive(lab.ack(2, plain));
        assertThat(lab.sent).isEmpty();
    }

    @Test
    void withoutADelayWhatIsCommittedIsToldAtOnce() {
        Lab lab = Lab.leader(RaftConfig.defaults().withCommitNews(0), Membership.of(1, 2, 3))
                .committed();
        long index = lab.propose();
        lab.sent.clear();

        lab.receive(lab.ack(2, index));

        assertThat(lab.take(Type.HEARTBEAT)).hasSize(2).allMatch(m -> m.commit == index);
    }

    @Test
    void manyProposalsOfOneTurnTravelInOneAppend() {
        Lab lab = Lab.leader(5).committed();
        for (int i = 0; i < 10; i++) {
            lab.proposeOnly(EntryType.COMMAND, Lab.PAYLOAD);
        }
        lab.settle();
        List<RaftMessage> appends = lab.take(Type.APPEND);
        assertThat(appends).hasSize(2).allMatch(m -> m.lastIndex - m.index == 10);
    }

    // ---- the follower's side ----

    @Test
    void rule27_anOldOrDoubledAppendDoesNotTruncate() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 6, 5, 5, 5, 6, 6, 6, 6));
        lab.receive(lab.append(2, 6, 5, 5, 5, 6, 6));
        lab.receive(lab.append(2, 6, 6, 6, 5));
        assertThat(lab.terms()).containsExactly(6, 6, 6, 6);
        assertThat(lab.take(Type.APPEND_REPLY)).allMatch(m -> !m.reject && m.index == 9);
    }

    @Test
    void rule27_aConflictTruncatesAndNothingElse() {
        Lab lab = Lab.follower(7, 5, 6, 6, 6);
        lab.receive(lab.append(2, 8, 6, 5, 5, 6, 7));
        assertThat(lab.terms()).containsExactly(5, 6, 7);
        assertThat(lab.raft.stableIndex()).isEqualTo(8);
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(8);
    }

    @Test
    void rule27_randomAppendsAgainstAPlainList() {
        for (long seed = 1; seed <= 200; seed++) {
            Randomness random = Randomness.seeded(seed);
            Lab lab = Lab.follower(5);
            List<Long> leaderLog = new ArrayList<>();
            long term = 6;
            long acked = 5;
            for (int round = 0; round < 30; round++) {
                if (random.below(8) == 0) {
                    term++;
                    long keep = Math.max(acked - 5, 0);
                    keep += random.below(leaderLog.size() - keep + 1);
                    leaderLog.subList((int) keep, leaderLog.size()).clear();
                }
                for (long n = random.below(4); n > 0; n--) {
                    leaderLog.add(term);
                }
                int from = (int) random.below(leaderLog.size() + 1);
                int to = from + (int) random.below(leaderLog.size() - from + 1);
                long logTerm = from == 0 ? 5 : leaderLog.get(from - 1);
                long[] terms =
                        leaderLog.subList(from, to).stream().mapToLong(l -> l).toArray();
                lab.receive(lab.append(2 + term % 2, term, 5 + from, logTerm, acked, terms));
                long last = lab.raft.lastIndex();
                for (RaftMessage reply : lab.take(Type.APPEND_REPLY)) {
                    if (!reply.reject) {
                        assertThat(reply.index).as("seed %d", seed).isLessThanOrEqualTo(last);
                        for (long i = 6; i <= reply.index; i++) {
                            assertThat(lab.raft.termAt(i)).as("seed %d", seed).isEqualTo(leaderLog.get((int) i - 6));
                        }
                        acked = Math.max(acked, random.below(2) == 0 ? reply.index : acked);
                    }
                }
            }
        }
    }

    @Test
    void rule28_anAppendBeforeTheCommitIsAnsweredWithTheCommit() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 6, 5, 5, 8, 6, 6, 6));
        lab.sent.clear();
        lab.receive(lab.append(2, 6, 6, 1, 8, 3, 3));
        RaftMessage reply = lab.takeOne(Type.APPEND_REPLY);
        assertThat(reply.reject).isFalse();
        assertThat(reply.index).isEqualTo(8);
        assertThat(lab.terms()).containsExactly(6, 6, 6);
    }

    @Test
    void rule29_aConflictAtTheCommitHalts() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 6, 5, 5, 7, 6, 6));
        assertThatThrownBy(() -> lab.receive(lab.append(3, 9, 7, 8, 7)))
                .isInstanceOf(Invariant.Broken.class)
                .hasMessageContaining("corrupt");
    }

    @Test
    void rule30_commitFollowsOnlyAsFarAsTheLogIsKnownToBeTheLeaders() {
        Lab lab = Lab.follower(7, 6, 6, 6);
        lab.receive(lab.heartbeat(2, 8, 8, 1));
        assertThat(lab.raft.commit()).as("a tail that may diverge").isEqualTo(5);
        lab.receive(lab.append(2, 8, 5, 5, 8, 6));
        assertThat(lab.raft.commit()).isEqualTo(6);
        lab.receive(lab.heartbeat(2, 8, 8, 2));
        assertThat(lab.raft.commit()).isEqualTo(6);
        lab.receive(lab.append(2, 8, 6, 6, 8, 8, 8));
        assertThat(lab.raft.commit()).isEqualTo(8);
        assertThat(lab.terms()).containsExactly(6, 8, 8);
    }

    @Test
    void rule31_aHeartbeatRepairsALaggingCommit() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 6, 5, 5, 5, 6, 6));
        lab.receive(lab.heartbeat(2, 6, 100, 1));
        assertThat(lab.raft.commit()).isEqualTo(7);
    }

    @Test
    void rule33_evenTheAnswerToADoubledAppendWaitsForTheDisk() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;
        lab.receive(lab.append(2, 6, 5, 5, 5, 6));
        lab.receive(lab.append(2, 6, 5, 5, 5, 6));
        lab.receive(lab.append(2, 6, 6, 6, 5));
        assertThat(lab.sent).isEmpty();
        assertThat(lab.lastMustSync).isTrue();
        lab.force();
        assertThat(lab.take(Type.APPEND_REPLY)).hasSize(3);

        lab.receive(lab.append(2, 6, 6, 6, 5));
        assertThat(lab.lastMustSync).as("all is durable").isFalse();
        assertThat(lab.take(Type.APPEND_REPLY)).hasSize(1);
    }

    @Test
    void manyAppendsOfOneTurnAreAcknowledgedOnce() {
        Lab lab = Lab.follower(5);
        for (int i = 0; i < 5; i++) {
            lab.receiveOnly(lab.append(2, 6, 5 + i, i == 0 ? 5 : 6, 5, 6));
        }
        lab.settle();
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(10);
    }

    @Test
    void aMalformedAppendIsRefusedInWords() {
        Lab lab = Lab.follower(5);
        RaftMessage lying = lab.append(2, 6, 5, 5, 5, 6);
        lying.lastIndex = 9;
        assertThatThrownBy(() -> lab.receive(lying)).hasMessageContaining("claims entries 6..9 but brings 1");
        RaftMessage falling = lab.append(2, 7, 5, 5, 5, 7, 6);
        assertThatThrownBy(() -> lab.receive(falling)).hasMessageContaining("term 6 behind one of term 7");
    }

    // ---- conflicts ----

    @ParameterizedTest(name = "figure 7 ({0})")
    @CsvSource({
        "a,1 1 1 4 4 5 5 6 6",
        "b,1 1 1 4",
        "c,1 1 1 4 4 5 5 6 6 6 6",
        "d,1 1 1 4 4 5 5 6 6 6 7 7",
        "e,1 1 1 4 4 4 4",
        "f,1 1 1 2 2 2 3 3 3 3 3"
    })
    void rule35_theLogsOfFigureSevenAreReconciledInFewRounds(String name, String log) {
        long[] leaderTerms = {5, 5, 5, 8, 8, 9, 9, 10, 10, 10};
        Lab leader = Lab.leader(11, leaderTerms);
        long[] terms = java.util.Arrays.stream(log.split(" "))
                .mapToLong(t -> Long.parseLong(t) + 4)
                .toArray();
        Lab follower = new Lab(2, Membership.of(1, 2, 3), 11, terms);
        int rounds = 0;
        leader.raft.reportUnreachable(2);
        leader.pass(301);
        leader.receive(leader.pulse(2, 0));
        while (leader.raft.match(2) < leader.raft.lastIndex()) {
            assertThat(++rounds).as("rounds").isLessThan(8);
            for (RaftMessage append : List.copyOf(leader.sent)) {
                if (append.to == 2 && append.type == Type.APPEND) {
                    for (long i = append.index + 1; i <= append.lastIndex; i++) {
                        append.addEntryTerm(leader.raft.termAt(i));
                    }
                    follower.receive(append);
                }
            }
            leader.sent.clear();
            List.copyOf(follower.sent).forEach(leader::receive);
            follower.sent.clear();
        }
        assertThat(follower.terms()).isEqualTo(leader.terms());
    }

    @Test
    void rule35_probingCostsAtMostOneRoundPerTerm() {
        for (long seed = 1; seed <= 100; seed++) {
            Randomness random = Randomness.seeded(seed);
            TermRuns one = runs(random);
            TermRuns two = runs(random);
            long next = one.last() + 1;
            int rounds = 0;
            while (one.term(next - 1) != two.term(next - 1)) {
                long hint = two.agreement(next - 1, one.term(next - 1));
                next = Math.min(next - 1, one.agreement(hint, two.term(hint)) + 1);
                rounds++;
            }
            assertThat(rounds).as("seed %d", seed).isLessThanOrEqualTo(12);
        }
    }

    private static TermRuns runs(Randomness random) {
        TermRuns runs = new TermRuns(5, 5, 5, new long[0], new long[0]);
        long term = 5;
        for (int i = 0; i < 10; i++) {
            term += 1 + random.below(3);
            for (long n = random.below(50); n > 0; n--) {
                runs.append(term);
            }
        }
        return runs;
    }

    @Test
    void rule36_staleRejectionsAreIgnored() {
        Lab lab = Lab.leader(5).committed();
        Progress peer = new Progress(2, 10, RaftConfig.defaults());
        peer.acknowledged(9);
        peer.replicate();
        assertThat(peer.rejected(9, 3)).isFalse();
        assertThat(peer.rejected(8, 3)).isFalse();
        assertThat(peer.feed).isEqualTo(Progress.Feed.REPLICATE);

        peer.probe();
        peer.next = 20;
        assertThat(peer.rejected(15, 3)).as("not the probe that is out").isFalse();
        assertThat(peer.rejected(19, 14)).isTrue();
        assertThat(peer.next).isEqualTo(15);
        assertThat(lab.raft.match(2)).isEqualTo(6);
    }

    @Test
    void rule37_nextStaysAboveMatchWhateverTheHint() {
        Progress peer = new Progress(2, 20, RaftConfig.defaults());
        peer.acknowledged(10);
        peer.next = 20;
        assertThat(peer.rejected(19, 3)).isTrue();
        assertThat(peer.next).isEqualTo(11);
    }

    @Test
    void rule38_reorderedAcknowledgementsNeverLowerMatch() {
        Lab lab = Lab.leader(5).committed();
        lab.propose();
        lab.propose();
        lab.receive(lab.ack(2, 8));
        lab.receive(lab.ack(2, 6));
        assertThat(lab.raft.match(2)).isEqualTo(8);
    }

    @Test
    void rule39_anAcknowledgementOfAnEarlierTermIsIgnored() {
        Lab lab = Lab.leader(5).committed();
        lab.propose();
        RaftMessage old = lab.ack(2, 7);
        old.term = 5;
        lab.receive(old);
        assertThat(lab.raft.match(2)).isEqualTo(6);
    }

    @Test
    void rule40_aDeposedLeaderSendsNothingMore() {
        Lab lab = Lab.leader(5).committed();
        lab.proposeOnly(EntryType.COMMAND, Lab.PAYLOAD);
        lab.receiveOnly(lab.heartbeat(2, 9, 5, 1));
        lab.settle();
        assertThat(lab.sent).extracting(m -> m.type).containsOnly(Type.HEARTBEAT_REPLY);
        assertThat(lab.raft.lastIndex()).as("rule 41").isEqualTo(7);
    }

    // ---- flow ----

    @Test
    void rule44_aFullWindowStillProbesAfterAHeartbeatReply() {
        Lab lab = Lab.leader(config(1, 3, 1 << 20, 1 << 20), Membership.of(1, 2, 3))
                .committed();
        for (int i = 0; i < 10; i++) {
            lab.propose();
        }
        assertThat(lab.take(Type.APPEND).stream().filter(m -> m.to == 2)).hasSize(3);

        lab.receive(lab.pulse(2, 0));
        RaftMessage probe = lab.takeOne(Type.APPEND);
        assertThat(probe.lastIndex).as("empty").isEqualTo(probe.index).isEqualTo(9);

        lab.receive(lab.rejection(2, 9, 6, 6));
        assertThat(lab.takeOne(Type.APPEND).index).isEqualTo(6);
        lab.receive(lab.ack(2, 7));
        assertThat(lab.take(Type.APPEND)).hasSize(3);
    }

    @Test
    void theWindowIsBoundedInBytesToo() {
        Lab lab = Lab.leader(config(1, 100, 2 * 27, 1 << 20), Membership.of(1, 2, 3))
                .committed();
        for (int i = 0; i < 10; i++) {
            lab.propose();
        }
        assertThat(lab.take(Type.APPEND).stream().filter(m -> m.to == 2)).hasSize(2);
        lab.receive(lab.ack(2, 7));
        assertThat(lab.take(Type.APPEND)).hasSize(1);
    }

    @Test
    void rule45_aCaughtUpFollowerInProbeRecoversOnAHeartbeatReply() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.reportUnreachable(2);
        lab.settle();
        lab.sent.clear();
        lab.receive(lab.pulse(2, 0));
        assertThat(lab.takeOne(Type.APPEND).index).isEqualTo(6);
        lab.receive(lab.ack(2, 6));
        lab.propose();
        lab.propose();
        assertThat(lab.take(Type.APPEND).stream().filter(m -> m.to == 2))
                .as("pipelined again")
                .hasSize(2);
    }

    @Test
    void rule46_aSilentFollowerIsNotSprayed() {
        Lab lab = Lab.leader(5).committed();
        lab.raft.reportUnreachable(2);
        lab.settle();
        lab.sent.clear();
        for (int i = 0; i < 5; i++) {
            lab.propose();
            lab.pass(300);
            lab.receive(lab.pulse(3, 0));
        }
        assertThat(lab.take(Type.APPEND).stream().filter(m -> m.to == 2)).isEmpty();
    }

    @Test
    void rule47_aResetGivesTheWindowBack() {
        Progress peer = new Progress(2, 1, config(1, 2, 100, 1));
        peer.acknowledged(5);
        peer.replicate();
        peer.sent(6, 70, 5);
        peer.sent(7, 70, 5);
        assertThat(peer.inflights.isFull()).isTrue();
        peer.probe();
        assertThat(peer.inflights.bytes()).isZero();
        peer.replicate();
        assertThat(peer.inflights.isFull()).isFalse();
    }

    @Test
    void rule93_answersOfUnknownReplicasAreDropped() {
        Lab lab = Lab.leader(5).committed();
        lab.receive(lab.ack(77, 6));
        lab.receive(lab.pulse(77, 1));
        lab.receive(lab.rejection(77, 6, 1, 1));
        lab.raft.reportUnreachable(77);
        lab.raft.reportSnapshot(77, true, 6);
        assertThat(lab.raft.match(77)).isZero();
    }

    // ---- proposals and apply ----

    @Test
    void rule48_uncommittedBytesBoundProposals() {
        RaftConfig config = new RaftConfig(300 * MS, 1000 * MS, 2000 * MS, 1 << 20, 256, 1 << 20, 100, 1 << 20);
        Lab lab = Lab.leader(config, Membership.of(1, 2, 3)).committed();
        assertThat(lab.propose(EntryType.COMMAND, new byte[500]))
                .as("one oversize passes")
                .isPositive();
        assertThat(lab.propose(EntryType.COMMAND, new byte[1])).isEqualTo(Raft.BUSY);
        assertThat(lab.propose(EntryType.COMMAND, new byte[0]))
                .as("an empty one passes")
                .isPositive();
        lab.receive(lab.ack(2, 8));
        assertThat(lab.propose(EntryType.COMMAND, new byte[60])).isPositive();
        assertThat(lab.propose(EntryType.COMMAND, new byte[40])).isPositive();
        assertThat(lab.propose(EntryType.COMMAND, new byte[1])).isEqualTo(Raft.BUSY);
    }

    @Test
    void onlyALeaderTakesProposals() {
        assertThat(Lab.follower(5).propose()).isEqualTo(Raft.NOT_LEADER);
    }

    @Test
    void rule59_applyIsPagedInOrderAndNeverRepeats() {
        Lab lab = new Lab(config(1 << 20, 8, 1 << 20, 60), 1, Membership.of(1, 2, 3), new HardState(5, 0, 5), 5);
        lab.receive(lab.append(2, 6, 5, 5, 10, 6, 6, 6, 6, 6));
        assertThat(lab.applies.stream().map(a -> a[0] + ".." + a[1])).containsExactly("6..7", "8..9", "10..10");
    }

    @Test
    void noFurtherRangeBeforeTheLastIsApplied() {
        Lab lab = Lab.follower(5);
        lab.applyIsHeld = true;
        lab.receive(lab.append(2, 6, 5, 5, 6, 6));
        lab.receive(lab.append(2, 6, 6, 6, 8, 6, 6));
        assertThat(lab.applies).hasSize(1);
        lab.raft.applied(6);
        lab.settle();
        assertThat(lab.applies.get(1)).containsExactly(7, 8);
    }

    @Test
    void rule61_mustSyncExactlyForEntriesTermVoteAndPromises() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.heartbeat(2, 6, 5, 1));
        assertThat(lab.marks).as("term").hasSize(1);
        lab.receive(lab.append(2, 6, 5, 5, 5, 6));
        assertThat(lab.marks).as("entries").hasSize(2);
        lab.receiveOnly(lab.heartbeat(2, 6, 6, 1));
        lab.collectOnce();
        assertThat(lab.ready.hasHardState()).isTrue();
        assertThat(lab.ready.commit()).isEqualTo(6);
        assertThat(lab.marks).as("commit alone").hasSize(2);
    }

    @Test
    void coldEntriesPauseOnlyWhoNeedsThem() {
        Lab lab = Lab.leader(5).committed();
        for (int i = 0; i < 4; i++) {
            lab.propose();
        }
        lab.receive(lab.ack(3, lab.raft.lastIndex()));
        lab.entries.coldTo = 8;
        lab.entries.hotLast = -1;
        lab.raft.reportUnreachable(2);
        lab.sent.clear();
        lab.raft.collect(lab.ready, lab.now);
        assertThat(lab.ready.fetchFirst()).isEqualTo(7);
        assertThat(lab.ready.nowCount()).isZero();

        lab.propose();
        assertThat(lab.take(Type.APPEND)).extracting(m -> m.to).containsExactly(3L);

        lab.entries.hotFirst = 7;
        lab.entries.hotLast = 8;
        lab.raft.fetched(7, 8);
        lab.settle();
        RaftMessage append = lab.takeOne(Type.APPEND);
        assertThat(append.to).isEqualTo(2);
        assertThat(append.index).isEqualTo(6);
    }

    @Test
    void rule53_rule51_aLateMarkOfAnOverwrittenWriteDoesNotCount() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;
        lab.receive(lab.append(2, 6, 5, 5, 5, 6, 6));
        long[] first = lab.marks.get(0);
        lab.receive(lab.append(3, 7, 5, 5, 5, 7));
        lab.receive(lab.append(2, 8, 5, 5, 5, 6, 6));
        assertThat(lab.terms()).as("the same entries are in flight again").containsExactly(6, 6);

        lab.persist(first);
        assertThat(lab.raft.stableIndex()).isEqualTo(5);
        lab.persist(lab.marks.get(1));
        assertThat(lab.raft.stableIndex()).isEqualTo(5);
        lab.persist(lab.marks.get(2));
        assertThat(lab.raft.stableIndex()).as("rule 52").isEqualTo(7);
    }

    @Test
    void rule32_aFollowerThatLostWhatItAcknowledgedIsFedBySnapshot() {
        Progress peer = new Progress(2, 10, RaftConfig.defaults());
        peer.acknowledged(20);
        peer.probe();
        assertThat(peer.next).isEqualTo(21);

        assertThat(peer.rejected(20, 14)).isTrue();

        assertThat(peer.isBare).isTrue();
        assertThat(peer.next).as("match never falls").isEqualTo(21);
    }

    @Test
    void rule2_aTermIsWrittenNoLaterThanTheFirstEntriesOfThatTerm() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;
        lab.receiveOnly(lab.append(2, 6, 5, 5, 5, 6, 6));
        lab.collectOnce();
        assertThat(lab.ready.persistFirst()).isEqualTo(6);
        assertThat(lab.ready.hasHardState()).as("in one record").isTrue();
        assertThat(lab.ready.term()).isEqualTo(6);

        Lab leader = Lab.follower(5);
        leader.diskIsHeld = true;
        leader.raft.campaign(true, leader.now);
        leader.settle();
        leader.receive(leader.message(Type.VOTE_REPLY, 2, 6));
        assertThat(leader.raft.lastIndex())
                .as("the no-op comes after the record of the term")
                .isEqualTo(5);
        leader.force();
        assertThat(leader.raft.lastIndex()).isEqualTo(6);
    }

    @Test
    void rule34_aSuffixIsDroppedAndReplacedInOneRecord() {
        Lab lab = Lab.follower(7, 5, 6, 6, 6);
        lab.diskIsHeld = true;
        lab.receiveOnly(lab.append(2, 8, 6, 5, 5, 7));
        lab.collectOnce();
        assertThat(lab.ready.persistFirst()).as("replaces from here on").isEqualTo(7);
        assertThat(lab.ready.persistLast()).isEqualTo(7);
        assertThat(lab.raft.stableIndex())
                .as("what was there does not count any more")
                .isEqualTo(6);
    }

    @Test
    void rule62_whatWaitsForTheDiskLeavesInTheOrderOfItsMakingAndAppendsInTheirs() {
        Lab lab = Lab.follower(5);
        lab.diskIsHeld = true;
        lab.receiveOnly(lab.voteRequest(Type.VOTE, 3, 6, 9, 5));
        lab.receiveOnly(lab.append(2, 7, 5, 5, 5, 7));
        lab.settle();
        lab.receive(lab.append(2, 7, 6, 7, 5, 7));
        lab.force();
        assertThat(lab.sent)
                .extracting(m -> m.type + " " + m.term + " " + m.index)
                .containsExactly("VOTE_REPLY 6 0", "APPEND_REPLY 7 6", "APPEND_REPLY 7 7");
    }

    @Test
    void rule64_heartbeatsAndAppendsAreAnsweredWhileApplyHangs() {
        Lab lab = Lab.follower(5);
        lab.applyIsHeld = true;
        lab.receive(lab.append(2, 6, 5, 5, 6, 6));
        assertThat(lab.raft.applied()).isEqualTo(5);
        lab.sent.clear();
        lab.receive(lab.heartbeat(2, 6, 6, 3));
        assertThat(lab.takeOne(Type.HEARTBEAT_REPLY).token).isEqualTo(3);
        lab.receive(lab.append(2, 6, 6, 6, 6, 6));
        assertThat(lab.takeOne(Type.APPEND_REPLY).index).isEqualTo(7);
    }

    @Test
    void rule66_entriesThatComeAfterTheLeadershipWasLostAreSentToNobody() {
        Lab lab = Lab.leader(5).committed();
        lab.propose();
        lab.propose();
        lab.entries.coldTo = 8;
        lab.entries.hotLast = -1;
        lab.raft.reportUnreachable(2);
        lab.settle();
        assertThat(lab.ready.fetchFirst()).isEqualTo(7);
        lab.receive(lab.heartbeat(3, 9, 5, 1));
        lab.sent.clear();

        lab.entries.hotFirst = 7;
        lab.entries.hotLast = 8;
        lab.raft.fetched(7, 8);
        lab.settle();

        assertThat(lab.sent).isEmpty();
        assertThat(lab.raft.s.isFetching).as("the next one may ask").isFalse();
    }

    @Test
    void rule106_aMessageForAnotherReplicaIsDropped() {
        Lab lab = Lab.follower(5);
        RaftMessage stray = lab.append(2, 9, 5, 5, 6, 9);
        stray.to = 4;
        lab.receive(stray);
        RaftMessage echo = lab.append(1, 9, 5, 5, 6, 9);
        lab.receive(echo);
        assertThat(lab.raft.term()).isEqualTo(5);
        assertThat(lab.raft.lastIndex()).isEqualTo(5);
        assertThat(lab.sent).isEmpty();
    }

    /** The log up to there is the leader's for the whole term, whatever this replica tried meanwhile. */
    @Test
    void rule31_aFollowerThatLostSightOfItsLeaderStillKnowsWhatTheyShare() {
        Lab lab = Lab.follower(5);
        lab.receive(lab.append(2, 6, 5, 5, 5, 6, 6));
        lab.timeOut();
        assertThat(lab.raft.role()).isEqualTo(Role.PRE_CANDIDATE);

        lab.receive(lab.heartbeat(2, 6, 7, 1));

        assertThat(lab.raft.role()).isEqualTo(Role.FOLLOWER);
        assertThat(lab.raft.commit()).as("nothing else will ever tell it").isEqualTo(7);

        lab.receive(lab.heartbeat(3, 7, 7, 1));
        assertThat(lab.raft.s.verified).as("another leader, another log").isZero();
    }
}
