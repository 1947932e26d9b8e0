package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.lifecycle.LifecycleMark;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.RegionStates;
import java.util.List;
import java.util.Optional;

/** Cuts a snapshot: engine view, descriptor and applied index belong to the same moment between two apply turns. */
@OwnedBy("storage agent")
final class SnapshotCut {
    private final KvEngine engine;
    private final RegionStates states;
    private final ApplyTurn turn;

    SnapshotCut(KvEngine engine, RegionStates states, ApplyTurn turn) {
        this.engine = engine;
        this.states = states;
        this.turn = turn;
    }

    private static Optional<SnapshotContent> inline(Moment cut, String prefix, int bytesMax) {
        return SnapshotPairs.collect(cut.view(), DataKeys.toData(cut.region().range()), bytesMax)
                .map(pairs -> SnapshotContent.ofFiles(cut.region(), cut.index(), cut.term(), prefix, List.of())
                        .with(pairs));
    }

    /** A region's state at one moment. */
    private record Moment(KvSnapshot view, Region region, long index, long term) {}

    /**
     * Exports a region as it is now; empty if it is not here. Blocks for as long as the files take, if it needs files: the receiver's log must
     * hold what comes without, and is believed to be like this store's.
     */
    Optional<SnapshotContent> export(long region, String prefix, SnapshotOptions options, int markBytesMax) {
        Optional<Moment> moment = turn.between(() -> {
            AppliedRegion applied = states.find(region);
            return applied == null
                    ? Optional.empty()
                    : Optional.of(new Moment(engine.snapshot(), applied.region(), applied.index(), applied.term()));
        });
        if (moment.isEmpty()) {
            return Optional.empty();
        }
        Moment cut = moment.get();
        try (KvSnapshot view = cut.view()) {
            Optional<SnapshotContent> inline = inline(cut, prefix, Math.min(options.inlineBytesMax(), markBytesMax));
            if (inline.isPresent() && LifecycleMark.bytes(inline.get()) <= markBytesMax) {
                return inline;
            }
            List<RangeFiles.Info> files = engine.rangeFiles()
                    .export(view, DataKeys.toData(cut.region().range()), prefix, options.fileBytesMax());
            return Optional.of(SnapshotContent.ofFiles(cut.region(), cut.index(), cut.term(), prefix, files));
        }
    }
}
