package dev.cleave.tests.simulator;

import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one store says in raft messages, measured at what is true when it leaves: who leads has the votes of a quorum of its own configuration; who asks for
 * votes has applied what it knows to be committed; and a replica that has just started again votes only where leadership is handed over.
 */
final class Speech {
    private final String store;
    private final Referee referee;
    private final LongSupplier clock;
    private final LongFunction<@Nullable Membership> membershipOf;
    private final Map<Long, Long> applied = new HashMap<>();
    private final Set<Long> startedAgain = new HashSet<>();
    private long silentUntilNanos;

    /** {@code membershipOf} tells the configuration that the store's replica of a region acts in, null if there is none. */
    Speech(String store, Referee referee, LongSupplier clock, LongFunction<@Nullable Membership> membershipOf) {
        this.store = store;
        this.referee = referee;
        this.clock = clock;
        this.membershipOf = membershipOf;
    }

    /** A new life: what is in memory is gone, and replicas of an earlier life are silent for {@code silentNanos}. */
    void begins(long silentNanos) {
        applied.clear();
        startedAgain.clear();
        silentUntilNanos = clock.getAsLong() + silentNanos;
    }

    /** The life before knew this replica as a member of its group, and had applied so much. */
    void startsAgain(long group, long replica, long appliedIndex) {
        startedAgain.add(replica);
        applied.put(group, appliedIndex);
    }

    void applied(long group, long index) {
        applied.put(group, index);
    }

    void says(long group, RaftMessage message) {
        switch (message.type) {
            case VOTE -> {
                Long known = applied.get(group);
                require(
                        known == null || message.commit <= known,
                        () -> "region " + group + " replica " + message.from + " asks for votes in term " + message.term
                                + " and knows " + message.commit + " to be committed, but has applied " + known);
                if (message.isTransfer) {
                    referee.handsOver(group, message.term);
                }
            }
            case PRE_VOTE_REPLY, VOTE_REPLY ->
                require(
                        message.reject
                                || clock.getAsLong() >= silentUntilNanos
                                || !startedAgain.contains(message.from)
                                || referee.isHandOver(group, message.term),
                        () -> "region " + group + " replica " + message.from + " votes in term " + message.term
                                + " so soon after a start that it may have promised not to");
            default -> {}
        }
    }

    /** The first message of a leader in its term. */
    void beginsToLead(long group, RaftMessage message) {
        Membership members = membershipOf.apply(group);
        require(
                members == null || referee.isElected(members, group, message.term, message.from),
                () -> "region " + group + " replica " + message.from + " leads term " + message.term
                        + " without the votes of a quorum of " + members);
    }

    private void require(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new Violation(store + ": " + what.get());
        }
    }
}
