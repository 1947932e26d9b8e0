package dev.cleave.region.store.split;

/** Decides whether a child of a split begins to exist on this store. */
@FunctionalInterface
public interface ChildBirths {
    /**
     * Claims the child's birth by split. False if this very replica was destroyed already, or a newer one is here or on its way: then it is skipped
     * and its part of the parent's data is cleared. Called by the holder of the apply turn.
     */
    boolean mayBeBorn(long region, long replicaId);
}
