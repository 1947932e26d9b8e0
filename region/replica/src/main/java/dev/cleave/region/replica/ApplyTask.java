package dev.cleave.region.replica;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A range of committed entries of one group on its way to the apply agent and back. */
final class ApplyTask {
    static final long NOT_TIMED = Long.MIN_VALUE;

    final Group group;
    final long first;
    final long last;
    final List<ByteBuffer> entries;
    /** One place per entry: the proposal made here, or null. */
    final @Nullable Proposal[] mine;

    /** When it was committed. */
    final long committedNanos;
    /** When the oldest entry in it that was proposed here and is timed was appended; {@link #NOT_TIMED} if there is none. */
    final long proposedNanos;

    final List<Change> changes = new ArrayList<>(0);
    private boolean hasRested;

    ApplyTask(
            Group group,
            long first,
            long last,
            List<ByteBuffer> entries,
            @Nullable Proposal[] mine,
            long committedNanos,
            long proposedNanos) {
        this.group = group;
        this.first = first;
        this.last = last;
        this.entries = entries;
        this.mine = mine;
        this.committedNanos = committedNanos;
        this.proposedNanos = proposedNanos;
    }

    /** Whether somebody here proposed one of the entries. */
    boolean hasOwn() {
        for (Proposal proposal : mine) {
            if (proposal != null) {
                return true;
            }
        }
        return false;
    }

    /** It has not gone to the apply agent at once: how long it takes tells nothing. */
    void rest() {
        hasRested = true;
    }

    boolean hasRested() {
        return hasRested;
    }

    /** It will not be applied here. */
    void abandon() {
        for (Proposal proposal : mine) {
            if (proposal != null) {
                proposal.undetermined();
            }
        }
    }

    record Change(long index, GroupChange what) {}
}
