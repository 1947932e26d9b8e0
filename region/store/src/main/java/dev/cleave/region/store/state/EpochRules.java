package dev.cleave.region.store.state;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.replica.EpochUse;

/**
 * Which part of the epoch each kind of entry is checked against, and which it moves. Part of the replicated contract: an existing row may
 * never change, because all replicas must judge an old entry alike. A test freezes the table.
 */
public enum EpochRules {
    /** Reads and writes of data. */
    DATA(true, false, false, false),
    /** The first entry of a term. */
    NOOP(false, false, false, false),
    /** A change of membership, simple or entering the joint state; confVersion grows by the number of changed peers. */
    CHANGE_PEERS(false, true, false, true),
    /** The end of a joint state, always accepted; confVersion grows by the number of peers whose role settles. */
    LEAVE_JOINT(false, false, false, true),
    /** A division; version grows by the number of new regions, alike for all pieces. */
    SPLIT(true, true, true, false),
    /** A digest of every replica at one index; changes nothing. */
    CHECK(false, false, false, false),
    /** Replicas that are lost for good are struck out; confVersion grows by the number of those and of roles that settle. */
    RECOVER(false, true, false, true),
    /** Values that have expired are removed; each key is looked at again when it is applied. */
    SWEEP(false, false, false, false);

    private final EpochUse use;

    EpochRules(boolean checksVersion, boolean checksConfVersion, boolean movesVersion, boolean movesConfVersion) {
        use = new EpochUse(checksVersion, checksConfVersion, movesVersion, movesConfVersion);
    }

    /** The row, as the host must know it to keep those waiting who would come too late. */
    public EpochUse use() {
        return use;
    }

    public boolean checksVersion() {
        return use.checksVersion();
    }

    public boolean checksConfVersion() {
        return use.checksConfVersion();
    }

    public boolean movesVersion() {
        return use.movesVersion();
    }

    public boolean movesConfVersion() {
        return use.movesConfVersion();
    }

    /**
     * Whether an entry made for {@code asked} may take effect on a region at {@code now}. Strict equality: a newer epoch is refused too, for
     * its maker knows of a change that has not happened here.
     */
    public boolean admits(Epoch asked, Epoch now) {
        return (!use.checksVersion() || asked.version() == now.version())
                && (!use.checksConfVersion() || asked.confVersion() == now.confVersion());
    }

    /** The epoch after an entry of this kind that made {@code steps} changes (new regions, changed or settled peers). */
    public Epoch after(Epoch now, int steps) {
        return new Epoch(
                now.confVersion() + (use.movesConfVersion() ? steps : 0),
                now.version() + (use.movesVersion() ? steps : 0));
    }
}
