package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sleeping groups that must wake because of what a store does: those it leads when it is silent, those it is in when it is back, has started anew, or
 * had frames lost on their way. Only a few per turn: a store may be in all of them.
 */
@OwnedBy("replica agent")
final class WakeUps {
    private static final Logger LOG = LoggerFactory.getLogger(WakeUps.class);
    private static final int GROUPS_PER_TURN = 128;
    /** Of those looked at many sleep on. */
    private static final int LOOKS_PER_TURN = 1_024;
    /** Four thousand groups a second: what wakes has to elect or to beat, and more at once would hold each other up. */
    private static final long PAUSE_NANOS = 32_000_000L;

    private final GroupTable groups;
    private final Sweep sweep;
    /** Groups to look at; true: they wake whatever they think of it. */
    private final Map<Group, Boolean> waiting = new LinkedHashMap<>();

    private long nextNanos;

    WakeUps(GroupTable groups, Sweep sweep) {
        this.groups = groups;
        this.sweep = sweep;
    }

    /** Followers of a leader there wake, and leaders whose quorum is gone; the others only tell that a replica is down. */
    void silent(long store) {
        // Those without a leader first.
        int led = gather(store, false, group -> group.leaderStore() == store);
        int count = led + gather(store, false, group -> group.leaderStore() != store);
        LOG.info("event=store-silent store={} sleepers={}", store, count);
        if (led > 0) {
            LOG.info("event=sleepers-woken-by-silence store={} sleepers={}", store, led);
        }
    }

    void heardAgain(long store) {
        LOG.info("event=store-heard-again store={} sleepers={}", store, gather(store, true));
    }

    void startedAnew(long store) {
        int count = gather(store, true);
        LOG.info("event=store-started-anew store={} sleepers={}", store, count);
        if (count > 0) {
            LOG.info("event=sleepers-woken-by-restart store={} sleepers={}", store, count);
        }
    }

    void framesLost(long store) {
        int count = gather(store, true);
        if (count > 0) {
            LOG.info("event=sleepers-woken-by-loss store={} sleepers={}", store, count);
        }
    }

    private int gather(long store, boolean isCertain) {
        return gather(store, isCertain, any -> true);
    }

    private int gather(long store, boolean isCertain, Predicate<Group> which) {
        int count = 0;
        for (Group group : groups.all()) {
            if (group.raft.isAsleep() && group.places.isOn(store) && which.test(group)) {
                waiting.merge(group, isCertain, Boolean::logicalOr);
                count++;
            }
        }
        return count;
    }

    int run(long now) {
        if (waiting.isEmpty() || now - nextNanos < 0) {
            return 0;
        }
        nextNanos = now + PAUSE_NANOS;
        int woken = 0;
        Iterator<Map.Entry<Group, Boolean>> each = waiting.entrySet().iterator();
        for (int i = 0; i < LOOKS_PER_TURN && woken < GROUPS_PER_TURN && each.hasNext(); i++) {
            Map.Entry<Group, Boolean> next = each.next();
            each.remove();
            woken += wake(next.getKey(), next.getValue(), now) ? 1 : 0;
        }
        if (woken > 0) {
            LOG.debug("event=groups-woken count={} left={}", woken, waiting.size());
        }
        return woken;
    }

    private boolean wake(Group group, boolean isCertain, long now) {
        if (!group.isRunning() || !group.raft.isAsleep()) {
            return false;
        }
        if (isCertain) {
            group.raft.wake(now);
        } else {
            group.raft.livenessChanged(now);
        }
        if (group.raft.isAsleep()) {
            sweep.publish(group);
            return false;
        }
        groups.enqueue(group);
        return true;
    }

    long nextDeadlineNanos() {
        return waiting.isEmpty() ? Long.MAX_VALUE : nextNanos;
    }
}
