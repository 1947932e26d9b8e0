package dev.cleave.region.raft;

/**
 * What the host knows of the hosts of other replicas, whatever their groups say: whether each is heard, here and now. A group may only
 * sleep while somebody else watches over its members.
 */
@FunctionalInterface
public interface Liveness {
    /** Nobody watches: such a group never sleeps. */
    Liveness UNWATCHED = replica -> false;

    /** Whether the host of {@code replica} is heard. */
    boolean isLive(long replica);
}
