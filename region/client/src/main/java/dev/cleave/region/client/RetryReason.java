package dev.cleave.region.client;

/** Why a request was tried again. */
public enum RetryReason {
    /** The store asked does not lead the region. */
    NOT_LEADER,
    /** The region has changed, was not there, or does not hold the key. */
    STALE_ROUTE,
    /** The store, or its link, had too much to do. */
    BUSY,
    /** The request never left: no link to the store. */
    NOT_SENT,
    /** A read got no answer in time. */
    NO_ANSWER,
    /** The link was lost, or the store said undetermined, and repeating is harmless or was asked for. */
    LOST
}
