package dev.cleave.placement.server.catalog;

import dev.cleave.engine.wire.Address;

/** What is known of a store for ever. Its id and its data belong together; the address may change. */
public record StoreRecord(long id, long dataUuid, long startNumber, Address address, Address httpAddress, Life life) {

    /** The life of a store as decided, not as observed. */
    public enum Life {
        ACTIVE,
        /** Its replicas are being moved away. */
        DRAINING,
        /** Retired for ever. */
        REMOVED
    }

    public boolean isRemoved() {
        return life == Life.REMOVED;
    }

    StoreRecord with(Life next) {
        return new StoreRecord(id, dataUuid, startNumber, address, httpAddress, next);
    }
}
