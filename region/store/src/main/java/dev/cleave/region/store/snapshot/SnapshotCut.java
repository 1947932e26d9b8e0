package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.store.lifecycle.LifecycleMark;
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

    /**
     * Begins to cut a region as it is now; empty if it is not here. Small data are collected at once; the receiver's log must hold them, and is believed to be
     * like this store's.
     */
    Optional<Cutting> begin(long region, String prefix, SnapshotOptions options, int markBytesMax) {
        return turn.between(() -> Optional.ofNullable(states.find(region))
                        .map(applied -> new Begun(
                                applied.replicaId(),
                                new Cutting.Moment(
                                        engine.snapshot(), applied.region(), applied.index(), applied.term()))))
                .map(begun -> begun.cutting(engine, prefix, options, markBytesMax));
    }

    /** What was seen between two apply turns. */
    private record Begun(long replicaId, Cutting.Moment moment) {
        Cutting cutting(KvEngine engine, String prefix, SnapshotOptions options, int markBytesMax) {
            KeyRange range = DataKeys.toData(moment.region().range());
            Optional<SnapshotContent> inline = SnapshotPairs.collect(
                            moment.view(), range, Math.min(options.inlineBytesMax(), markBytesMax))
                    .map(pairs -> moment.with(prefix, List.of()).with(pairs))
                    .filter(content -> LifecycleMark.bytes(content) <= markBytesMax);
            return inline.map(content -> Cutting.inline(moment, replicaId, content))
                    .orElseGet(() -> Cutting.toFiles(
                            moment,
                            replicaId,
                            prefix,
                            engine.rangeFiles().begin(moment.view(), range, prefix, options.fileBytesMax())));
        }
    }
}
