package dev.cleave.placement.server.catalog;

import dev.cleave.placement.server.plan.Operator;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalog at one applied index: immutable, for any thread.
 *
 * @param clusterId 0 until the cluster has been created
 * @param storesVersion grows with every change of a store, also across restarts
 * @param running by operator id
 * @param ended by operator id, the last ones only
 */
public record CatalogView(
        long appliedIndex,
        long clusterId,
        long nextId,
        long storesVersion,
        @Nullable FirstRegion firstRegion,
        SortedMap<Long, StoreRecord> stores,
        SortedMap<Long, Operator> running,
        SortedMap<Long, Operator> ended) {
    public CatalogView {
        stores = Collections.unmodifiableSortedMap(new TreeMap<>(stores));
        running = Collections.unmodifiableSortedMap(new TreeMap<>(running));
        ended = Collections.unmodifiableSortedMap(new TreeMap<>(ended));
    }

    public @Nullable StoreRecord store(long storeId) {
        return stores.get(storeId);
    }

    public Collection<StoreRecord> allStores() {
        return stores.values();
    }
}
