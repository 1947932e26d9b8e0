package dev.cleave.region.store.gate;

/** How a store sees to it that reads are linearizable. */
public enum ReadMode {
    /** By the leader's lease where it holds one, otherwise as {@link #READ_INDEX}. Relies on clocks of one pace, to a tenth. */
    LEASED,
    /** By a round of heartbeats for each turn's reads. Relies on no clock. */
    READ_INDEX
}
