package dev.cleave.region.store;

/**
 * Who a store is. Cluster and store id are 0 until the placement driver has given them; the data uuid belongs to the data directory for ever.
 *
 * @param startNumber how many times this store has started, this one included
 */
public record StoreIdentity(long clusterId, long storeId, long dataUuid, long startNumber) {
    public StoreIdentity {
        if (dataUuid == 0 || startNumber < 0 || (clusterId == 0) != (storeId == 0)) {
            throw new IllegalArgumentException(
                    "a store identity needs a data uuid, and a cluster id and a store id together or neither");
        }
    }

    /** The identity of a directory that has just been taken into use. */
    static StoreIdentity fresh(long random) {
        return new StoreIdentity(0, 0, random == 0 ? 1 : random, 0);
    }

    public boolean isRegistered() {
        return storeId != 0;
    }

    StoreIdentity startedAgain() {
        return new StoreIdentity(clusterId, storeId, dataUuid, startNumber + 1);
    }

    StoreIdentity registeredAs(long cluster, long store) {
        return new StoreIdentity(cluster, store, dataUuid, startNumber);
    }
}
