package dev.cleave.region.store.split;

import dev.cleave.region.store.state.AppliedRegion;

/** Decides whether a child of a split begins to exist on this store. */
@FunctionalInterface
public interface ChildBirths {
    /** Claims the child's birth by split. Called by the holder of the apply turn. */
    Birth claim(AppliedRegion child);

    /** What becomes of a child here. */
    enum Birth {
        /** It begins. */
        BORN,
        /** This very replica was destroyed or given up, or a newer one is here or on its way: its part of the parent's data is cleared. */
        SKIPPED,
        /** It has lost its log and was its region's only voter: its part of the parent's data is kept for rescue, and its group does not begin. */
        KEPT
    }
}
