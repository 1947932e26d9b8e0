package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The groups of a host, those that have something to do, and when each wants to be looked at again. */
@OwnedBy("replica agent")
final class GroupTable {
    /** More in one turn would keep what the store says to others waiting: its beats, above all. */
    private static final int PER_TURN = 1_000;

    private final TreeMap<Long, Group> groups = new TreeMap<>();
    /** Groups that are not at rest: the others need not be looked at from time to time. */
    private final TreeMap<Long, Group> restless = new TreeMap<>();

    private final ArrayDeque<Group> queue = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private long alarmNumber;
    /** The last group looked at in passing; the smallest number if the next round begins at the first. */
    private long seen = Long.MIN_VALUE;

    private long placesVersion;

    @Nullable
    Group get(long id) {
        return groups.get(id);
    }

    /** The group if exactly this replica of it is here. */
    @Nullable
    Group get(long id, long replicaId) {
        Group group = groups.get(id);
        return group != null && group.replicaId == replicaId ? group : null;
    }

    int size() {
        return groups.size();
    }

    Collection<Group> all() {
        return groups.values();
    }

    /** All but those at rest; a live view. */
    Collection<Group> restless() {
        return restless.values();
    }

    /** Grows whenever a group comes, goes or has its replicas elsewhere. */
    long placesVersion() {
        return placesVersion;
    }

    void placesChanged() {
        placesVersion++;
    }

    void add(Group group) {
        groups.put(group.id, group);
        placesVersion++;
        enqueue(group);
    }

    void remove(Group group) {
        groups.remove(group.id, group);
        restless.remove(group.id, group);
        placesVersion++;
    }

    /** The group need not be looked at until something happens to it. */
    void rest(Group group) {
        group.isRestless = false;
        restless.remove(group.id, group);
    }

    /** Has the group looked at in this turn; once is enough. */
    void enqueue(Group group) {
        if (!group.isQueued) {
            group.isQueued = true;
            if (!group.isRestless) {
                group.isRestless = true;
                restless.put(group.id, group);
            }
            queue.addLast(group);
        }
    }

    boolean isIdle() {
        return queue.isEmpty();
    }

    /** Takes those queued now, but no more than a turn may hold; the others, and whoever is queued meanwhile, wait for the next turn. */
    List<Group> takeQueued() {
        List<Group> taken = new ArrayList<>(Math.min(queue.size(), PER_TURN));
        for (Group group = queue.pollFirst(); group != null; group = queue.pollFirst()) {
            group.isQueued = false;
            taken.add(group);
            if (taken.size() == PER_TURN) {
                break;
            }
        }
        return taken;
    }

    /** The next restless groups to look at in passing, no more than a turn may hold: all of them in turn. */
    List<Group> nextRestless() {
        List<Group> next = new ArrayList<>(
                restless.tailMap(seen, false).values().stream().limit(PER_TURN).toList());
        if (next.size() < PER_TURN) {
            restless.headMap(seen, true).values().stream()
                    .limit(PER_TURN - (long) next.size())
                    .forEach(next::add);
        }
        seen = next.size() < PER_TURN ? Long.MIN_VALUE : next.get(PER_TURN - 1).id;
        return next;
    }

    /** Re-arms lazily: an alarm that comes too early looks again and sets the next. */
    void arm(Group group, long deadlineNanos) {
        if (deadlineNanos < group.armedNanos) {
            group.armedNanos = deadlineNanos;
            alarms.add(new Alarm(deadlineNanos, ++alarmNumber, group));
        }
    }

    /** The next group whose alarm is due, or null. */
    @Nullable
    Group due(long nowNanos) {
        while (!alarms.isEmpty() && alarms.peek().nanos <= nowNanos) {
            Alarm alarm = alarms.remove();
            if (alarm.nanos == alarm.group.armedNanos) {
                alarm.group.armedNanos = Long.MAX_VALUE;
                return alarm.group;
            }
        }
        return null;
    }

    long nextAlarmNanos() {
        Alarm next = alarms.peek();
        return next == null ? Long.MAX_VALUE : next.nanos;
    }

    private record Alarm(long nanos, long number, Group group) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
