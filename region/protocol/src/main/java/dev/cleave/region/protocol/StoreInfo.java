package dev.cleave.region.protocol;

import dev.cleave.engine.wire.Address;

/** A store as the placement driver knows it. */
public record StoreInfo(
        long id,
        Address address,
        Address httpAddress,
        State state,
        long startNumber,
        long capacityBytes,
        long availableBytes,
        long usedBytes,
        int regions,
        int leaders,
        long heartbeatAgeMillis) {

    /** The life of a store. */
    public enum State {
        /** Heard from lately. */
        UP,
        /** Not heard from for 10 s. */
        DISCONNECTED,
        /** Not heard from for 10 minutes. */
        DOWN,
        /** Its replicas are being moved away; then it may be removed. */
        DRAINING,
        /** Retired for ever; its id and data are refused. */
        REMOVED
    }
}
