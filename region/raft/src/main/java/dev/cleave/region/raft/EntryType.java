package dev.cleave.region.raft;

/** The type byte of an entry; the core itself writes only {@link #NOOP} and {@link #CONF_CHANGE} (leave joint). */
public final class EntryType {
    /** The first entry of a term; nothing to apply. */
    public static final byte NOOP = 0;
    /** A command of the state machine. */
    public static final byte COMMAND = 1;
    /** An encoded {@link ConfChange}. */
    public static final byte CONF_CHANGE = 2;
    /** An administrative command of the host (split, merge and the like). */
    public static final byte ADMIN = 3;

    private EntryType() {}
}
