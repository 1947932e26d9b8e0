package dev.cleave.region.store.gate;

import dev.cleave.engine.base.OwnedBy;

/** Whether something that has failed of late is worth trying: after each failure twice as many turns are let pass as after the one before, after a success none. */
@OwnedBy("the thread that tries")
final class Doubt {
    private static final int PASSED_MAX = 64;

    private int passed;
    private int left;

    boolean isWorthTrying() {
        if (left == 0) {
            return true;
        }
        left--;
        return false;
    }

    void tried(boolean hasSucceeded) {
        passed = hasSucceeded ? 0 : Math.min(PASSED_MAX, Math.max(1, 2 * passed));
        left = passed;
    }
}
