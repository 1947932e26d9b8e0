package dev.cleave.region.store.report;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.control.FromPlacement.StoreMap;
import dev.cleave.region.protocol.StoreInfo;
import dev.cleave.region.replica.StoreDirectory;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The stores of the cluster as the placement driver last told. */
@AnyThread
public final class KnownStores implements StoreDirectory {
    private volatile Map<Long, StoreInfo> stores = Map.of();
    private volatile long version;

    @Override
    public @Nullable Address addressOf(long storeId) {
        StoreInfo info = stores.get(storeId);
        return info == null || info.state() == StoreInfo.State.REMOVED ? null : info.address();
    }

    /** The version of the map held, 0 for none. */
    public long version() {
        return version;
    }

    void take(StoreMap map) {
        if (map.stores().isEmpty()) {
            return;
        }
        Map<Long, StoreInfo> next = new TreeMap<>();
        map.stores().forEach(store -> next.put(store.id(), store));
        stores = next;
        version = map.version();
    }
}
