package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.store.snapshot.SnapshotContent;
import dev.cleave.region.store.snapshot.SnapshotPairs;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.RegionStates;
import dev.cleave.region.store.state.Tombstone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of a replica's beginning and end. Each method may be repeated after a crash at any point and blocks until its effect is durable.
 * What a live region holds is never touched on behalf of another.
 */
@OwnedBy("storage agent")
final class RegionData {
    private final StoreState state;

    RegionData(StoreState state) {
        this.state = state;
    }

    /** Replaces state and data of a replica by a tombstone. The files go only after the tombstone is durable. */
    void destroy(Tombstone tombstone, @Nullable KeyRange markedRange) {
        long region = tombstone.region();
        List<KeyRange> gone = state.turn().between(() -> {
            AppliedRegion applied = state.states().find(region);
            KeyRange range = applied != null && applied.replicaId() == tombstone.replicaId()
                    ? applied.region().range()
                    : markedRange;
            List<KeyRange> gaps =
                    range == null ? List.of() : state.published().now().unowned(range, region);
            KvBatch batch = state.engine().newBatch();
            RegionStates.writeTombstone(batch, tombstone);
            gaps.forEach(gap -> batch.deleteRange(Family.DATA, DataKeys.toData(gap)));
            state.engine().write(batch);
            state.states().remove(region, tombstone.replicaId());
            state.published().remove(region);
            return gaps;
        });
        state.engine().flush();
        gone.forEach(gap -> state.engine().destroyRange(DataKeys.toData(gap)));
        state.durable().forget(region);
    }

    /** Replaces all that a replica holds by a snapshot, and makes it durable. Nobody reads or writes the replica meanwhile. */
    AppliedRegion install(long replicaId, SnapshotContent content) {
        Region region = content.region();
        AppliedRegion before = state.states().find(region.id());
        if (before != null) {
            // It jumps over splits: what it held beside its new range has no owner any more, unless a region here
            // already has it.
            for (KeyRange gap : state.published().now().unowned(before.region().range(), region.id())) {
                if (!region.range().contains(gap)) {
                    state.engine().destroyRange(DataKeys.toData(gap));
                }
            }
        }
        SnapshotPairs pairs = content.pairs();
        if (pairs == null) {
            state.engine().replaceRange(DataKeys.toData(region.range()), content.names());
        }
        AppliedRegion after = new AppliedRegion(replicaId, region, content.index(), content.term());
        state.turn().between(() -> write(after, pairs));
        state.engine().flush();
        state.turn().between(() -> state.published().change(List.of(after.local()), List.of()));
        return after;
    }

    /** The cluster's first region begins here, empty. */
    AppliedRegion create(LocalRegion local) {
        AppliedRegion first =
                new AppliedRegion(local.replicaId(), local.region(), GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);
        state.turn().between(() -> write(first, null));
        state.engine().flush();
        state.turn().between(() -> state.published().change(List.of(local), List.of()));
        return first;
    }

    /** One batch: with pairs, data and applied index change together. */
    private void write(AppliedRegion region, @Nullable SnapshotPairs pairs) {
        KvBatch batch = state.engine().newBatch();
        if (pairs != null) {
            batch.deleteRange(Family.DATA, DataKeys.toData(region.region().range()));
            pairs.forEach((key, stored) -> batch.put(Family.DATA, key, stored));
        }
        RegionStates.writeRegion(batch, region);
        RegionStates.writeApplied(batch, region);
        RegionStates.clearLost(batch, region.id());
        state.engine().write(batch);
        state.states().put(region);
    }
}
