package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a group's epoch that its leader has appended and not yet seen applied, and the proposals that each of them keeps waiting: made for the
 * epoch of before, they would be appended only to be skipped, and two changes could be under way that know nothing of each other. Once the change
 * is applied they are refused, certainly not appended; whoever made them learns the new epoch and asks again.
 */
@OwnedBy("replica agent")
final class PendingChanges {
    static final int WAITING_MAX = 4_096;

    private final List<Change> changes = new ArrayList<>(0);
    private int waiting;

    private record Change(long index, EpochUse use, List<Proposal> waiting) {}

    /** An entry with this use was appended. */
    void appended(long index, EpochUse use) {
        if (use.movesAny()) {
            changes.add(new Change(index, use, new ArrayList<>()));
        }
    }

    /** Whether {@code proposal} must not be appended now. It waits, or is refused if too many do. */
    boolean keepsWaiting(Proposal proposal) {
        Change first = firstThatUpsets(proposal.epochUse());
        if (first == null) {
            return false;
        }
        if (waiting >= WAITING_MAX) {
            proposal.refused(Refusal.BUSY, 0, 0);
        } else {
            waiting++;
            first.waiting.add(proposal);
        }
        return true;
    }

    private @Nullable Change firstThatUpsets(EpochUse use) {
        for (Change change : changes) {
            if (use.isUpsetBy(change.use)) {
                return change;
            }
        }
        return null;
    }

    /** Everything up to {@code index} has taken effect, or was skipped. */
    void applied(long index) {
        while (!changes.isEmpty() && changes.get(0).index <= index) {
            settle(changes.remove(0), Refusal.EPOCH_CHANGED, 0, 0);
        }
    }

    /** Refuses those who have waited past their deadline. */
    void expire(long nowNanos) {
        for (Change change : changes) {
            List<Proposal> late = change.waiting.stream()
                    .filter(proposal -> proposal.deadlineNanos() - nowNanos <= 0)
                    .toList();
            change.waiting.removeAll(late);
            waiting -= late.size();
            late.forEach(proposal -> proposal.refused(Refusal.TIMED_OUT, 0, 0));
        }
    }

    /** This replica no longer leads, or ends: what becomes of its changes is not for it to wait for. */
    void giveUp(Refusal why, long leaderReplica, long leaderStore) {
        List<Change> all = List.copyOf(changes);
        changes.clear();
        all.forEach(change -> settle(change, why, leaderReplica, leaderStore));
    }

    private void settle(Change change, Refusal why, long leaderReplica, long leaderStore) {
        waiting -= change.waiting.size();
        change.waiting.forEach(proposal -> proposal.refused(why, leaderReplica, leaderStore));
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }
}
