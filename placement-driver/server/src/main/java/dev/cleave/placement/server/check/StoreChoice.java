package dev.cleave.placement.server.check;

import java.util.List;

/** What checkers ask about stores. */
public interface StoreChoice {
    /** Heard from lately, and neither draining nor removed. */
    boolean isUp(long storeId);

    boolean isDraining(long storeId);

    boolean isRemoved(long storeId);

    /** Whether its store has said that the replica's data are gone. */
    boolean isDestroyed(long replicaId);

    /** Stores that may take one more replica, fewest replicas first. */
    List<Long> targets();

    /** Replicas that are or will be on the store. */
    int replicas(long storeId);
}
