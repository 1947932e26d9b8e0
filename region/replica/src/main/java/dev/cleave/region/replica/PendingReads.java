package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The reads of one group: gathered during a turn, sent as one read-index round, then waiting until their index is applied.
 */
@OwnedBy("replica agent")
final class PendingReads {
    private List<ReadTicket> gathered = new ArrayList<>(0);
    private ArrayDeque<Round> rounds = new ArrayDeque<>(0);
    private ArrayDeque<Round> confirmed = new ArrayDeque<>(0);
    private long lastToken;

    void add(ReadTicket ticket) {
        gathered.add(ticket);
    }

    boolean hasGathered() {
        return !gathered.isEmpty();
    }

    /** Makes one round of all reads gathered and returns its token. */
    long startRound() {
        rounds.addLast(new Round(++lastToken, 0, gathered));
        gathered = new ArrayList<>();
        return lastToken;
    }

    /** Rounds are confirmed in order: the leader's answer to a later one covers the earlier ones. */
    void confirmed(long token, long readIndex, long appliedIndex) {
        while (!rounds.isEmpty() && rounds.getFirst().token <= token) {
            confirmed.addLast(rounds.removeFirst().at(readIndex));
        }
        applied(appliedIndex);
    }

    void applied(long appliedIndex) {
        while (!confirmed.isEmpty() && confirmed.getFirst().readIndex <= appliedIndex) {
            for (ReadTicket ticket : confirmed.removeFirst().tickets) {
                ticket.ready(appliedIndex);
            }
        }
    }

    void refuseAll(Refusal why, long leaderReplica, long leaderStore) {
        List<ReadTicket> all = new ArrayList<>(gathered);
        rounds.forEach(round -> all.addAll(round.tickets));
        confirmed.forEach(round -> all.addAll(round.tickets));
        gathered.clear();
        rounds.clear();
        confirmed.clear();
        all.forEach(ticket -> ticket.refused(why, leaderReplica, leaderStore));
    }

    void expire(long nowNanos) {
        Consumer<List<ReadTicket>> sweep = tickets -> {
            for (Iterator<ReadTicket> each = tickets.iterator(); each.hasNext(); ) {
                ReadTicket ticket = each.next();
                if (ticket.deadlineNanos() - nowNanos <= 0) {
                    each.remove();
                    ticket.refused(Refusal.TIMED_OUT, 0, 0);
                }
            }
        };
        sweep.accept(gathered);
        rounds.forEach(round -> sweep.accept(round.tickets));
        confirmed.forEach(round -> sweep.accept(round.tickets));
    }

    boolean isEmpty() {
        return gathered.isEmpty() && rounds.isEmpty() && confirmed.isEmpty();
    }

    /** Lets go of its room, if nothing is in it. */
    void trim() {
        if (isEmpty()) {
            gathered = new ArrayList<>(0);
            rounds = new ArrayDeque<>(0);
            confirmed = new ArrayDeque<>(0);
        }
    }

    /** Reads that share one confirmation. */
    private record Round(long token, long readIndex, List<ReadTicket> tickets) {
        Round at(long index) {
            return new Round(token, index, tickets);
        }
    }
}
