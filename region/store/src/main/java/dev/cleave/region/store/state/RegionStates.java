package dev.cleave.region.store.state;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.kv.EngineFailure;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.Salvage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The applied state of all initialised regions here, and how it stands in the engine's META family. Looking one up is for any thread; what is
 * found, and every change, belong to the holder of the {@link ApplyTurn}.
 */
@AnyThread
public final class RegionStates {
    private final Map<Long, AppliedRegion> byId = new ConcurrentHashMap<>();

    /**
     * What the engine holds at start.
     *
     * @param withoutData regions whose data were lost when a damaged engine was salvaged
     */
    public record Found(List<AppliedRegion> regions, List<Tombstone> tombstones, Set<Long> withoutData) {}

    public static Found load(KvEngine engine) {
        List<AppliedRegion> regions = new ArrayList<>();
        List<Tombstone> tombstones = new ArrayList<>();
        Set<Long> withoutData = new TreeSet<>();
        try (KvSnapshot snapshot = engine.snapshot()) {
            snapshot.scan(Family.META, MetaKeys.allDescriptors(), false, (key, value) -> {
                regions.add(region(snapshot, MetaKeys.region(key), value));
                return true;
            });
            snapshot.scan(Family.META, MetaKeys.allTombstones(), false, (key, value) -> {
                tombstones.add(RegionRecord.toTombstone(MetaKeys.region(key), value));
                return true;
            });
            snapshot.scan(Family.META, MetaKeys.allLost(), false, (key, value) -> {
                RegionRecord.checkLost(value);
                return withoutData.add(MetaKeys.region(key));
            });
        }
        return new Found(regions, tombstones, withoutData);
    }

    /** Everything in the engine that is worth keeping should it be damaged: each region is kept or lost as a whole. */
    public static List<Salvage.Holding> holdings(KvEngine engine) {
        return load(engine).regions().stream()
                .map(region -> new Salvage.Holding(
                        "replica " + region.replicaId() + " of region " + region.id(),
                        DataKeys.toData(region.region().range()),
                        Salvage.MetaKey.of(MetaKeys.lost(region.id())),
                        region.hasOtherVoters()))
                .toList();
    }

    /** The value of a {@link Salvage.Holding}'s mark. */
    public static byte[] lostMark() {
        return RegionRecord.lost();
    }

    private static AppliedRegion region(KvSnapshot snapshot, long id, byte[] descriptorBytes) {
        RegionRecord.Descriptor descriptor = RegionRecord.toDescriptor(descriptorBytes);
        byte[] appliedBytes = snapshot.get(Family.META, MetaKeys.applied(id));
        if (appliedBytes == null || descriptor.region().id() != id) {
            throw new EngineFailure("state of region " + id + " in this store's data is incomplete: it is damaged");
        }
        RegionRecord.Applied applied = RegionRecord.toApplied(appliedBytes);
        return new AppliedRegion(descriptor.replicaId(), descriptor.region(), applied.index(), applied.term());
    }

    public @Nullable AppliedRegion find(long region) {
        return byId.get(region);
    }

    /** Adds a region or replaces it by a newer state of it. */
    public void put(AppliedRegion region) {
        byId.put(region.id(), region);
    }

    public void remove(long region, long replicaId) {
        AppliedRegion removed = byId.remove(region);
        Invariant.check(
                removed == null || removed.replicaId() == replicaId, "the state removed is the replica's", replicaId);
    }

    public static void writeRegion(KvBatch batch, AppliedRegion region) {
        batch.put(
                Family.META,
                MetaKeys.descriptor(region.id()),
                RegionRecord.descriptor(region.replicaId(), region.region()));
    }

    /** A region has data again, all of them. */
    public static void clearLost(KvBatch batch, long region) {
        batch.delete(Family.META, MetaKeys.lost(region));
    }

    public static void writeApplied(KvBatch batch, AppliedRegion region) {
        batch.put(Family.META, MetaKeys.applied(region.id()), RegionRecord.applied(region.index(), region.term()));
    }

    /** Replaces a region's state by a tombstone. */
    public static void writeTombstone(KvBatch batch, Tombstone tombstone) {
        batch.put(Family.META, MetaKeys.tombstone(tombstone.region()), RegionRecord.tombstone(tombstone));
        batch.delete(Family.META, MetaKeys.descriptor(tombstone.region()));
        batch.delete(Family.META, MetaKeys.applied(tombstone.region()));
        batch.delete(Family.META, MetaKeys.lost(tombstone.region()));
    }

    /** The applied index that would survive a crash now, 0 if none. */
    static long durableIndex(KvEngine engine, long region) {
        byte[] bytes = engine.getDurable(MetaKeys.applied(region));
        return bytes == null ? 0 : RegionRecord.toApplied(bytes).index();
    }
}
