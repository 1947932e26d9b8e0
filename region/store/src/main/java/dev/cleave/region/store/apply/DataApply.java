package dev.cleave.region.store.apply;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError.Kind;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.PutView;
import java.nio.ByteBuffer;
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

    DataApply(TurnBatch turn) {
        this.turn = turn;
    }

    Effect apply(AppliedRegion region, ByteBuffer payload) {
        try {
            if (!EpochRules.DATA.admits(
                    KvCodec.decodeEpoch(payload), region.region().epoch())) {
                return STALE;
            }
            PutView put = PutView.of(payload);
            return put != null
                    ? put(region, put)
                    : KvCodec.decodeCommand(payload).match(new Commands(region));
        } catch (MalformedFrame malformed) {
            // The gate reads every command whole, so a newer release wrote this. Skipping it here and not elsewhere
            // would let
            // replicas differ.
            throw new IllegalStateException("an entry of a newer release: upgrade this store", malformed);
        }
    }

    private Effect put(AppliedRegion region, PutView put) {
        if (!put.isInside(region.region().range())) {
            return OUTSIDE;
        }
        turn.put(region, put.dataKey(), put.stored());
        return Effect.DONE;
    }

    private final class Commands implements KvCommand.Cases<Effect> {
        private final AppliedRegion region;

        Commands(AppliedRegion region) {
            this.region = region;
        }

        private boolean holds(Key key) {
            return region.region().range().contains(key);
        }

        @Override
        public Effect onPut(KvCommand.Put put) {
            return set(put.key(), put.value());
        }

        @Override
        public Effect onDelete(KvCommand.Delete delete) {
            return set(delete.key(), null);
        }

        private Effect set(Key key, @Nullable Value value) {
            if (!holds(key)) {
                return OUTSIDE;
            }
            write(key, value);
            return Effect.DONE;
        }

        private void write(Key key, @Nullable Value value) {
            if (value == null) {
                turn.delete(region, DataKeys.toData(key));
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
            batch.changes().forEach(change -> write(change.key(), change.value()));
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
            Value previous = stored == null ? null : DataKeys.toValue(stored);
            boolean isSet = Objects.equals(previous, cas.expected());
            if (isSet) {
                write(cas.key(), cas.next());
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
