package dev.cleave.placement.server.catalog;

import dev.cleave.region.control.ToPlacement.RegisterStore;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may join: the rules by which a registering store is admitted or refused in words. */
public final class Admission {
    private Admission() {}

    /** Null if the store may be admitted, else why not and what to do. */
    public static @Nullable String refusal(long clusterId, Map<Long, StoreRecord> stores, RegisterStore request) {
        if (request.clusterId() != 0 && request.clusterId() != clusterId) {
            return "this store's data belong to cluster " + Long.toUnsignedString(request.clusterId(), 16)
                    + ", but this placement driver serves cluster " + Long.toUnsignedString(clusterId, 16)
                    + ": check --pd, or give the store an empty data directory";
        }
        if (request.dataUuid() == 0) {
            return "a store must have a data uuid; its identity file is damaged";
        }
        return request.storeId() == 0 ? refusalOfNewcomer(stores.values(), request) : refusalOfKnown(stores, request);
    }

    /** The store that the request is from, if it has been admitted before. */
    public static @Nullable StoreRecord known(Map<Long, StoreRecord> stores, RegisterStore request) {
        if (request.storeId() != 0) {
            return stores.get(request.storeId());
        }
        for (StoreRecord store : stores.values()) {
            if (store.dataUuid() == request.dataUuid()) {
                return store;
            }
        }
        return null;
    }

    private static @Nullable String refusalOfNewcomer(Collection<StoreRecord> stores, RegisterStore request) {
        for (StoreRecord store : stores) {
            if (store.dataUuid() == request.dataUuid()) {
                return store.isRemoved() ? removed(store) : refusalOfAddress(stores, request, store.id());
            }
        }
        return refusalOfAddress(stores, request, 0);
    }

    private static @Nullable String refusalOfKnown(Map<Long, StoreRecord> stores, RegisterStore request) {
        StoreRecord store = stores.get(request.storeId());
        if (store == null) {
            return "store " + request.storeId()
                    + " is not known to this cluster: check --pd, or give the store an empty data directory";
        }
        if (store.isRemoved()) {
            return removed(store);
        }
        if (store.dataUuid() != request.dataUuid()) {
            return otherData(store);
        }
        if (request.startNumber() < store.startNumber()) {
            return "store " + store.id() + " has already been started " + store.startNumber()
                    + " times, these data only " + request.startNumber()
                    + " times: they are an old copy and must not be used";
        }
        return refusalOfAddress(stores.values(), request, store.id());
    }

    private static @Nullable String refusalOfAddress(Collection<StoreRecord> stores, RegisterStore request, long self) {
        for (StoreRecord store : stores) {
            boolean isSame = store.address().equals(request.address());
            if (isSame && !store.isRemoved() && store.id() != self) {
                return otherData(store);
            }
        }
        return null;
    }

    private static String removed(StoreRecord store) {
        return "store " + store.id()
                + " has been removed from this cluster for good: give it an empty data directory to join as a new store";
    }

    private static String otherData(StoreRecord store) {
        return "store " + store.id() + " was registered at " + store.address()
                + " with other data: if that disk is lost for good, run `cleave store remove " + store.id()
                + " --lost`, then start again; else give this store an address of its own";
    }
}
