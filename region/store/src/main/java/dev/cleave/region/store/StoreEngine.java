package dev.cleave.region.store;

import dev.cleave.engine.kv.EngineFailure;
import dev.cleave.engine.kv.RocksOptions;
import dev.cleave.engine.kv.RocksStore;
import dev.cleave.engine.kv.Salvage;
import dev.cleave.region.store.state.RegionStates;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a store's engine. If a damaged file was met while it was last open, or is met now, regions that can be read whole are kept and the
 * others are marked as lost: start-up puts their replicas aside, and new ones are made from the replicas elsewhere.
 */
final class StoreEngine {
    private static final Logger LOG = LoggerFactory.getLogger(StoreEngine.class);

    private StoreEngine() {}

    static RocksStore open(Path directory, RocksOptions options) {
        if (Salvage.isDue(directory)) {
            salvage(directory, options);
        }
        try {
            return RocksStore.open(directory, options);
        } catch (EngineFailure failed) {
            if (!failed.isDamage()) {
                throw failed;
            }
            LOG.error("event=engine-damaged directory={} problem=\"{}\"", directory, failed.getMessage());
            salvage(directory, options);
            return RocksStore.open(directory, options);
        }
    }

    private static void salvage(Path directory, RocksOptions options) {
        LOG.warn("event=engine-salvage directory={}", directory);
        List<String> lost = Salvage.run(directory, options, RegionStates::holdings, RegionStates.lostMark());
        LOG.warn("event=engine-salvaged directory={} lost={}", directory, lost);
    }
}
