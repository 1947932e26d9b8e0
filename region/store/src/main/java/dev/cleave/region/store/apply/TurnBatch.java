package dev.cleave.region.store.apply;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.RegionStates;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engine batch of one apply turn: data of many regions, and with it the applied state of each. It is only ever written between two
 * entries, so the engine always holds whole entries together with their index.
 */
@OwnedBy("apply agent")
final class TurnBatch {
    private static final long BYTES_MAX = 8L << 20;

    private final KvEngine engine;
    private final List<AppliedRegion> touched = new ArrayList<>();
    private @Nullable KvBatch batch;
    private boolean isFlushDue;

    TurnBatch(KvEngine engine) {
        this.engine = engine;
    }

    KvBatch batch() {
        KvBatch open = batch;
        if (open == null) {
            open = engine.newBatch();
            batch = open;
        }
        return open;
    }

    /** Sees to it that the region's applied state goes with the batch. */
    void touch(AppliedRegion region) {
        if (!region.touch()) {
            touched.add(region);
        }
    }

    void put(AppliedRegion region, byte[] dataKey, byte[] stored) {
        batch().put(Family.DATA, dataKey, stored);
        region.wroteData(dataKey.length + stored.length);
    }

    void delete(AppliedRegion region, byte[] dataKey) {
        batch().delete(Family.DATA, dataKey);
        region.wroteData(dataKey.length);
    }

    void deleteRange(AppliedRegion region, KeyRange user) {
        batch().deleteRange(Family.DATA, DataKeys.toData(user));
        region.wroteData(user.startInclusive().length());
    }

    /** The stored value of a key as of all entries before the one being applied. */
    byte @Nullable [] read(AppliedRegion region, byte[] dataKey) {
        if (region.hasDataInBatch()) {
            write();
        }
        return engine.get(Family.DATA, dataKey);
    }

    /** The engine as of all entries so far. The caller closes it. */
    KvSnapshot view() {
        write();
        return engine.snapshot();
    }

    /** Called between two entries: keeps the batch's memory bounded. */
    void entryDone() {
        if (batch != null && batch.bytes() >= BYTES_MAX) {
            write();
        }
    }

    /**
     * A replica is no longer the only voter. That must be durable here before it takes effect: a store that lost its log would else take what it holds for
     * the only copy, and keep it for ever.
     */
    void flushAtEnd() {
        isFlushDue = true;
    }

    /** Writes what there is, ends the turn, and gives the regions that it touched. */
    List<AppliedRegion> end() {
        write();
        if (isFlushDue) {
            isFlushDue = false;
            engine.flush();
        }
        List<AppliedRegion> all = List.copyOf(touched);
        touched.clear();
        return all;
    }

    private void write() {
        if (touched.isEmpty() && batch == null) {
            return;
        }
        KvBatch open = batch();
        for (AppliedRegion region : touched) {
            if (region.isRegionDirty()) {
                RegionStates.writeRegion(open, region);
            }
            RegionStates.writeApplied(open, region);
        }
        engine.write(open);
        batch = null;
        touched.forEach(AppliedRegion::batchWritten);
    }
}
