package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proposals of one group that were appended here and not yet applied. Losing leadership does not settle them: the entry may still be committed
 * by the next leader. What settles one is the entry applied at its index: the same term means that it is the one, another term that it is
 * certainly lost (raft-core rule 41; being overwritten in this log alone proves nothing).
 */
@OwnedBy("replica agent")
final class PendingProposals {
    private ArrayDeque<Pending> inOrder = new ArrayDeque<>(0);
    /** Overwritten in this log, still undecided. Almost always empty. */
    private final List<Pending> overwritten = new ArrayList<>(0);

    void add(long index, long term, Proposal proposal) {
        while (!inOrder.isEmpty() && inOrder.getLast().index >= index) {
            overwritten.add(inOrder.removeLast());
        }
        inOrder.addLast(new Pending(index, term, proposal));
    }

    /** The proposal that the entry (index, term), about to be applied, came from; refuses those it proves lost. */
    @Nullable
    Proposal take(long index, long term, long leaderReplica, long leaderStore) {
        Proposal mine = null;
        while (!inOrder.isEmpty() && inOrder.getFirst().index <= index) {
            Pending head = inOrder.removeFirst();
            if (head.index == index && head.term == term) {
                mine = head.proposal;
            } else if (head.index == index) {
                head.proposal.refused(Refusal.NOT_LEADER, leaderReplica, leaderStore);
            } else {
                head.proposal.undetermined();
            }
        }
        return overwritten.isEmpty() ? mine : takeOverwritten(mine, index, term, leaderReplica, leaderStore);
    }

    private @Nullable Proposal takeOverwritten(
            @Nullable Proposal found, long index, long term, long leaderReplica, long leaderStore) {
        Proposal mine = found;
        for (Iterator<Pending> each = overwritten.iterator(); each.hasNext(); ) {
            Pending old = each.next();
            if (old.index == index) {
                each.remove();
                if (old.term == term) {
                    mine = old.proposal;
                } else {
                    old.proposal.refused(Refusal.NOT_LEADER, leaderReplica, leaderStore);
                }
            }
        }
        return mine;
    }

    /** Settles as undetermined whatever has waited past its deadline. */
    void expire(long nowNanos) {
        expire(inOrder.iterator(), nowNanos);
        expire(overwritten.iterator(), nowNanos);
    }

    private static void expire(Iterator<Pending> each, long nowNanos) {
        while (each.hasNext()) {
            Pending pending = each.next();
            if (pending.proposal.deadlineNanos() - nowNanos <= 0) {
                each.remove();
                pending.proposal.undetermined();
            }
        }
    }

    /** This replica will never know: it jumps ahead by snapshot, is destroyed, or stops. */
    void abandon() {
        inOrder.forEach(pending -> pending.proposal.undetermined());
        overwritten.forEach(pending -> pending.proposal.undetermined());
        inOrder.clear();
        overwritten.clear();
    }

    boolean isEmpty() {
        return inOrder.isEmpty() && overwritten.isEmpty();
    }

    /** Lets go of its room, if nothing is in it. */
    void trim() {
        if (inOrder.isEmpty()) {
            inOrder = new ArrayDeque<>(0);
        }
    }

    private record Pending(long index, long term, Proposal proposal) {}
}
