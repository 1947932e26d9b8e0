package dev.cleave.region.store.state;

import dev.cleave.region.protocol.Epoch;

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
    SPLIT(true, true, true, false);

    private final boolean checksVersion;
    private final boolean checksConfVersion;
    private final boolean movesVersion;
    private final boolean movesConfVersion;

    EpochRules(boolean checksVersion, boolean checksConfVersion, boolean movesVersion, boolean movesConfVersion) {
        this.checksVersion = checksVersion;
        this.checksConfVersion = checksConfVersion;
        this.movesVersion = movesVersion;
        this.movesConfVersion = movesConfVersion;
    }

    public boolean checksVersion() {
        return checksVersion;
    }

    public boolean checksConfVersion() {
        return checksConfVersion;
    }

    public boolean movesVersion() {
        return movesVersion;
    }

    public boolean movesConfVersion() {
        return movesConfVersion;
    }

    /**
     * Whether an entry made for {@code asked} may take effect on a region at {@code now}. Strict equality: a newer epoch is refused too, for
     * its maker knows of a change that has not happened here.
     */
    public boolean admits(Epoch asked, Epoch now) {
        return (!checksVersion || asked.version() == now.version())
                && (!checksConfVersion || asked.confVersion() == now.confVersion());
    }

    /** The epoch after an entry of this kind that made {@code steps} changes (new regions, changed or settled peers). */
    public Epoch after(Epoch now, int steps) {
        return new Epoch(
                now.confVersion() + (movesConfVersion ? steps : 0), now.version() + (movesVersion ? steps : 0));
    }
}
