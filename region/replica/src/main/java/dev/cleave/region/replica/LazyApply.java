package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.raft.Role;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of committed entries for whose effect nobody waits: those of followers. They rest a little while, so that the engine takes many in one go, which costs it
 * a fraction of taking them one by one. As soon as somebody does wait, and when enough has come together, all of them leave.
 *
 * <p>To everybody else a range that rests is one that the apply agent has not got round to.
 */
@OwnedBy("replica agent")
final class LazyApply {
    private static final long BYTES_MAX = 1 << 20;

    private final long restNanos;
    private final Consumer<ApplyTask> applier;
    private final ArrayDeque<Group> groups = new ArrayDeque<>();
    private long bytes;
    private long dueNanos = Long.MAX_VALUE;

    /** @param restNanos how long a range rests at most; 0 if none does */
    LazyApply(long restNanos, Consumer<ApplyTask> applier) {
        this.restNanos = restNanos;
        this.applier = applier;
    }

    /** Hands the range to the apply agent, now or after a rest. */
    void accept(ApplyTask task, boolean isGuarded, long nowNanos) {
        Group group = task.group;
        boolean isBehind = group.raft.commit() > task.last;
        if (restNanos == 0 || isGuarded || isBehind || isAwaited(group) || task.hasOwn()) {
            applier.accept(task);
            return;
        }
        group.resting = task;
        task.rest();
        groups.addLast(group);
        for (ByteBuffer entry : task.entries) {
            bytes += entry.remaining();
        }
        dueNanos = Math.min(dueNanos, nowNanos + restNanos);
        if (bytes >= BYTES_MAX) {
            leave();
        }
    }

    /** Something has happened to the group. */
    void look(Group group) {
        if (group.resting != null && isAwaited(group)) {
            leave();
        }
    }

    void leaveIfDue(long nowNanos) {
        if (dueNanos <= nowNanos) {
            leave();
        }
    }

    long nextNanos() {
        return dueNanos;
    }

    private static boolean isAwaited(Group group) {
        return !group.isRunning()
                || group.isUnneeded()
                || group.raft.role() != Role.FOLLOWER
                || group.raft.isHandOverWaiting()
                || group.accepted != null
                || !group.reads.isEmpty()
                // Those of a leader that was: whoever made them hears what became of them.
                || !group.proposals.isEmpty();
    }

    private void leave() {
        dueNanos = Long.MAX_VALUE;
        bytes = 0;
        for (Group group = groups.pollFirst(); group != null; group = groups.pollFirst()) {
            @Nullable ApplyTask task = group.resting;
            group.resting = null;
            if (task != null) {
                applier.accept(task);
            }
        }
    }
}
