package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.transport.Outbox;

/** Watches over the stores in place of groups that sleep: beats, listens for beats, and has groups woken by what it hears or misses. */
@OwnedBy("replica agent")
final class StoreWatch {
    private final StoreLiveness liveness;
    private final Beats beats;
    private final WakeUps wakeUps;
    private long nextLookNanos = Long.MIN_VALUE;
    private final long lookNanos;
    private final long stuckNanos;
    private final GroupTable groups;

    /**
     * @param lookNanos how often it looks for silent stores
     * @param stuckNanos with a force under way for so long, whoever leads here resigns
     */
    StoreWatch(
            StoreLiveness liveness, Beats beats, WakeUps wakeUps, GroupTable groups, long lookNanos, long stuckNanos) {
        this.liveness = liveness;
        this.beats = beats;
        this.wakeUps = wakeUps;
        this.groups = groups;
        this.lookNanos = lookNanos;
        this.stuckNanos = stuckNanos;
    }

    /** After what has come was taken in, so that what was waiting to be read counts as heard (rule 117). */
    int doWork(long now, long unforcedSinceNanos, Outbox out) {
        if (beats.isDue(now)) {
            beats.run(now, unforcedSinceNanos, out);
            if (unforcedSinceNanos != Long.MAX_VALUE && now - unforcedSinceNanos > stuckNanos) {
                resignAll(now);
            }
        }
        if (nextLookNanos == Long.MIN_VALUE || now - nextLookNanos >= 0) {
            liveness.fallenSilent(now).forEach(wakeUps::silent);
            // All who hear a store's last beat notice its silence at the same time: none is still asleep, and keeps its
            // promise, when another asks for its vote.
            nextLookNanos = Math.min(now + lookNanos, liveness.nextSilenceNanos());
        }
        return wakeUps.run(now);
    }

    /** Whoever leads here could serve nobody; those who sleep are woken by their followers, and follow in a later round. */
    private void resignAll(long now) {
        for (Group group : groups.restless()) {
            if (group.isRunning() && group.raft.role() == Role.LEADER) {
                group.raft.resign(now);
                groups.enqueue(group);
            }
        }
    }

    void frame(long store, int number) {
        take(store, liveness.frame(store, number));
    }

    void beat(long store, long startNumber, boolean isAnswer, long now) {
        beats.hears(store, isAnswer);
        take(store, liveness.beat(store, startNumber, now));
    }

    private void take(long store, StoreLiveness.News news) {
        switch (news) {
            case NONE -> {}
            case FRAMES_LOST -> wakeUps.framesLost(store);
            case HEARD_AGAIN -> wakeUps.heardAgain(store);
            case STARTED_ANEW -> wakeUps.startedAnew(store);
        }
    }

    long nextDeadlineNanos() {
        return Math.min(Math.min(beats.nextNanos(), nextLookNanos), wakeUps.nextDeadlineNanos());
    }
}
