package dev.cleave.region.store.apply;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError.Kind;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.store.expiry.SweepCommand;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.BatchView;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.PutView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Applies key-value commands to the batch of the turn. */
@OwnedBy("apply agent")
final class DataApply {
    private static final Effect STALE = Effect.none(
            Kind.STALE_EPOCH, "the region changed before the write could take effect; use the regions given");
    private static final Effect OUTSIDE = Effect.none(Kind.KEY_NOT_IN_REGION, "the key is outside the region");
    private static final Effect NO_WRITE = Effect.none(Kind.INVALID, "a read came as an entry");

    private final TurnBatch turn;
    private final ApplyListener listener;

    DataApply(TurnBatch turn, ApplyListener listener) {
        this.turn = turn;
        this.listener = listener;
    }

    Effect apply(AppliedRegion region, ByteBuffer payload) {
        try {
            if (!EpochRules.DATA.admits(
                    KvCodec.decodeEpoch(payload), region.region().epoch())) {
                return STALE;
            }
            PutView put = PutView.of(payload);
            if (put != null) {
                return put(region, put);
            }
            BatchView batch = BatchView.of(payload);
            return batch != null
                    ? batch(region, batch)
                    : KvCodec.decodeCommand(payload).match(new Commands(region, judgedBy(payload)));
        } catch (MalformedFrame malformed) {
            // The gate reads every command whole, so a newer release wrote this. Skipping it here and not elsewhere
            // would let
            // replicas differ.
            throw new IllegalStateException("an entry of a newer release: upgrade this store", malformed);
        }
    }

    private long judgedBy(ByteBuffer payload) {
        long timeMillis = KvCodec.timeMillis(payload);
        if (timeMillis != 0) {
            listener.judgedBy(timeMillis);
        }
        return timeMillis;
    }

    /** Removes what is gone by the sweep's time; first reads all, as each look behind a removal would write the batch. */
    void sweep(AppliedRegion region, SweepCommand sweep) {
        listener.judgedBy(sweep.timeMillis());
        List<byte[]> gone = new ArrayList<>();
        for (Key key : sweep.keys()) {
            byte[] dataKey = DataKeys.toData(key);
            byte[] stored = region.region().range().contains(key) ? turn.read(region, dataKey) : null;
            if (stored != null && DataKeys.expiryMillis(stored) <= sweep.timeMillis()) {
                gone.add(dataKey);
            }
        }
        gone.forEach(dataKey -> turn.delete(region, dataKey));
    }

    private Effect put(AppliedRegion region, PutView put) {
        if (!put.isInside(region.region().range())) {
            return OUTSIDE;
        }
        turn.put(region, put.dataKey(), put.stored());
        return Effect.DONE;
    }

    private Effect batch(AppliedRegion region, BatchView batch) {
        if (!batch.isInside(region.region().range())) {
            return OUTSIDE;
        }
        batch.forEach(new BatchView.Changes() {
            @Override
            public void put(byte[] dataKey, byte[] stored) {
                turn.put(region, dataKey, stored);
            }

            @Override
            public void delete(byte[] dataKey) {
                turn.delete(region, dataKey);
            }
        });
        return Effect.DONE;
    }

    private final class Commands implements KvCommand.Cases<Effect> {
        private final AppliedRegion region;
        private final long timeMillis;

        Commands(AppliedRegion region, long timeMillis) {
            this.region = region;
            this.timeMillis = timeMillis;
        }

        private boolean holds(Key key) {
            return region.region().range().contains(key);
        }

        @Override
        public Effect onPut(KvCommand.Put put) {
            return set(put.key(), put.value(), put.ttlMillis());
        }

        @Override
        public Effect onDelete(KvCommand.Delete delete) {
            return set(delete.key(), null, 0);
        }

        private Effect set(Key key, @Nullable Value value, long ttlMillis) {
            if (!holds(key)) {
                return OUTSIDE;
            }
            write(key, value, ttlMillis);
            return Effect.DONE;
        }

        private void write(Key key, @Nullable Value value, long ttlMillis) {
            if (value == null) {
                turn.delete(region, DataKeys.toData(key));
            } else if (ttlMillis > 0) {
                long expiryMillis = timeMillis + ttlMillis;
                turn.put(region, DataKeys.toData(key), DataKeys.toStored(value, expiryMillis));
                listener.expires(region.id(), expiryMillis);
            } else {
                turn.put(region, DataKeys.toData(key), DataKeys.toStored(value));
            }
        }

        @Override
        public Effect onBatch(KvCommand.Batch batch) {
            for (KvCommand.Change change : batch.changes()) {
                if (!holds(change.key())) {
                    return OUTSIDE;
                }
            }
            batch.changes().forEach(change -> write(change.key(), change.value(), 0));
            return Effect.DONE;
        }

        @Override
        public Effect onDeleteRange(KvCommand.DeleteRange deleteRange) {
            if (!region.region().range().contains(deleteRange.range())) {
                return OUTSIDE;
            }
            turn.deleteRange(region, deleteRange.range());
            return Effect.DONE;
        }

        @Override
        public Effect onCompareAndSet(KvCommand.CompareAndSet cas) {
            if (!holds(cas.key())) {
                return OUTSIDE;
            }
            byte[] stored = turn.read(region, DataKeys.toData(cas.key()));
            boolean isGone = stored != null && DataKeys.expiryMillis(stored) <= timeMillis;
            Value previous = stored == null || isGone ? null : DataKeys.toValue(stored);
            boolean isSet = Objects.equals(previous, cas.expected());
            if (isSet) {
                write(cas.key(), cas.next(), cas.ttlMillis());
            } else if (isGone) {
                // Called gone once, it is gone for good, whatever the next leader's clock says.
                turn.delete(region, DataKeys.toData(cas.key()));
            }
            return Effect.of(new KvResult.Compared(isSet, previous));
        }

        @Override
        public Effect onGet(KvCommand.Get get) {
            return NO_WRITE;
        }

        @Override
        public Effect onBatchGet(KvCommand.BatchGet batchGet) {
            return NO_WRITE;
        }

        @Override
        public Effect onScan(KvCommand.Scan scan) {
            return NO_WRITE;
        }
    }
}
