package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Hello;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.replica.transport.Outbox;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Beats to every store that holds another replica of a group here, or has spoken for one, at the moments at which the groups' own heartbeats leave, so that one frame per
 * store carries them all. Answers who beats here for a group that is not here yet: its leader sleeps until it hears that this store can be reached. A store whose disk has not finished a force for long does not beat: it could lead nobody (rule 22).
 */
@OwnedBy("replica agent")
final class Beats {
    private final GroupTable groups;
    private final Supplier<Hello> self;
    private final long beatNanos;
    private final long stallNanos;
    private final Set<Long> neighbours = new TreeSet<>();
    private final Set<Long> callers = new TreeSet<>();
    private long seenPlaces = -1;
    private long nextNanos;

    /**
     * @param beatNanos how often it beats
     * @param stallNanos for how long a force may be under way before it does not
     */
    Beats(GroupTable groups, Supplier<Hello> self, long beatNanos, long stallNanos, long nowNanos) {
        this.groups = groups;
        this.self = self;
        this.beatNanos = beatNanos;
        this.stallNanos = stallNanos;
        this.nextNanos = nowNanos;
    }

    long nextNanos() {
        return nextNanos;
    }

    boolean isDue(long now) {
        return now - nextNanos >= 0;
    }

    void run(long now, long unforcedSinceNanos, Outbox out) {
        nextNanos = now - Math.floorMod(now, beatNanos) + beatNanos;
        boolean isDiskStalled = unforcedSinceNanos != Long.MAX_VALUE && now - unforcedSinceNanos > stallNanos;
        if (isDiskStalled) {
            callers.clear();
            return;
        }
        long startNumber = self.get().startNumber();
        for (long store : neighbours()) {
            out.addBeat(store, startNumber);
        }
        for (long store : callers) {
            out.addBeatAnswer(store, startNumber);
        }
        callers.clear();
    }

    /** A store has beaten here. Whoever answers an answer would never come to an end. */
    void hears(long store, boolean isAnswer) {
        if (!isAnswer && !neighbours().contains(store)) {
            callers.add(store);
        }
    }

    private Set<Long> neighbours() {
        if (seenPlaces != groups.placesVersion()) {
            seenPlaces = groups.placesVersion();
            neighbours.clear();
            for (Group group : groups.all()) {
                for (Peer peer : group.places.peers()) {
                    neighbours.add(peer.storeId());
                }
                // A replica that is yet to be born knows no peers but those who spoke to it: they must know that it can
                // be reached.
                neighbours.addAll(group.learntStores());
            }
            neighbours.remove(self.get().nodeId());
        }
        return neighbours;
    }
}
