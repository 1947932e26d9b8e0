package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.region.protocol.Region;
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

    /** A region's state at one moment. */
    private record Moment(KvSnapshot view, Region region, long index, long term) {}

    /** Exports a region as it is now; empty if it is not here. Blocks for as long as the files take. */
    Optional<SnapshotContent> export(long region, String prefix, long fileBytesMax) {
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
            List<RangeFiles.Info> files = engine.rangeFiles()
                    .export(view, DataKeys.toData(cut.region().range()), prefix, fileBytesMax);
            return Optional.of(new SnapshotContent(cut.region(), cut.index(), cut.term(), prefix, files));
        }
    }
}
