package dev.cleave.region.store.gate;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvLimits;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.store.split.LoadSample;
import dev.cleave.region.store.state.BatchView;
import dev.cleave.region.store.state.KeysView;
import dev.cleave.region.store.state.PutView;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request frame asks for. Plain puts, batches of them and of deletes, and batch gets are looked at in place; every other command is decoded. Either way the whole payload has been
 * understood before it may enter the log.
 */
final class Asked {
    private final ByteBuffer payload;
    private final @Nullable PutView put;
    private final @Nullable BatchView batch;
    private final @Nullable KeysView keys;
    private final @Nullable KvCommand command;

    private Asked(
            ByteBuffer payload,
            @Nullable PutView put,
            @Nullable BatchView batch,
            @Nullable KeysView keys,
            @Nullable KvCommand command) {
        this.payload = payload;
        this.put = put;
        this.batch = batch;
        this.keys = keys;
        this.command = command;
    }

    /** Reads a frame whose head has been checked; throws {@link MalformedFrame} if the rest is not a command. */
    static Asked of(ByteBuffer frame) {
        ByteBuffer payload = KvCodec.entryPayload(frame);
        PutView put = PutView.of(payload);
        boolean isWithinLimits = put != null
                && put.keyBytes() > 0
                && put.keyBytes() <= KvCommand.KEY_BYTES_MAX
                && put.valueBytes() <= KvCommand.VALUE_BYTES_MAX;
        if (isWithinLimits) {
            return new Asked(payload, put, null, null, null);
        }
        BatchView batch = BatchView.of(payload);
        KeysView keys = batch == null ? KeysView.of(payload) : null;
        KvCommand command = batch == null && keys == null ? KvCodec.decodeCommand(payload) : null;
        return new Asked(payload, null, batch, keys, command);
    }

    ByteBuffer payload() {
        return payload;
    }

    Epoch epoch() {
        return KvCodec.decodeEpoch(payload);
    }

    boolean isWrite() {
        return command == null ? keys == null : command.isWrite();
    }

    /** Whether it does nothing but delete. */
    boolean onlyDeletes() {
        return command instanceof KvCommand.Delete
                || command instanceof KvCommand.DeleteRange
                || (batch != null && batch.onlyDeletes());
    }

    /** The keys of a batch get; null if it is something else. */
    @Nullable
    KeysView keys() {
        return keys;
    }

    /** The read that is asked for, unless it is one of {@link #keys}. */
    KvCommand read() {
        return Objects.requireNonNull(command);
    }

    /** What is wrong with the command itself; empty if nothing is. */
    Optional<String> problem() {
        return command == null ? Optional.empty() : KvLimits.problem(command);
    }

    boolean isInside(KeyRange range) {
        if (put != null) {
            return put.isInside(range);
        }
        if (batch != null) {
            return batch.isInside(range);
        }
        return keys != null ? keys.isInside(range) : read().match(new Inside(range));
    }

    /** As how many requests it counts: a client may have gathered many into one. */
    int parts() {
        if (batch != null) {
            return batch.count();
        }
        return keys != null ? keys.count() : 1;
    }

    /** Where one of its parts goes, for the sample of a region's load. */
    LoadSample sample(int part) {
        if (put != null) {
            return new LoadSample(put.key(), null);
        }
        if (batch != null) {
            return new LoadSample(batch.key(part), null);
        }
        return keys != null ? new LoadSample(keys.key(part), null) : read().match(new Places());
    }

    /** The key or range that a command touches; of several keys to read, one range from the lowest to behind the highest. */
    private static final class Places implements KvCommand.Cases<LoadSample> {
        private static LoadSample span(Stream<Key> keys) {
            List<Key> sorted = keys.sorted().toList();
            Key last = sorted.get(sorted.size() - 1);
            boolean isOne = sorted.get(0).equals(last);
            return new LoadSample(sorted.get(0), isOne ? null : last);
        }

        @Override
        public LoadSample onPut(KvCommand.Put put) {
            return new LoadSample(put.key(), null);
        }

        @Override
        public LoadSample onDelete(KvCommand.Delete delete) {
            return new LoadSample(delete.key(), null);
        }

        @Override
        public LoadSample onBatch(KvCommand.Batch batch) {
            return span(batch.changes().stream().map(KvCommand.Change::key));
        }

        @Override
        public LoadSample onDeleteRange(KvCommand.DeleteRange deleteRange) {
            return new LoadSample(
                    deleteRange.range().startInclusive(), deleteRange.range().endExclusive());
        }

        @Override
        public LoadSample onCompareAndSet(KvCommand.CompareAndSet compareAndSet) {
            return new LoadSample(compareAndSet.key(), null);
        }

        @Override
        public LoadSample onGet(KvCommand.Get get) {
            return new LoadSample(get.key(), null);
        }

        @Override
        public LoadSample onBatchGet(KvCommand.BatchGet batchGet) {
            return span(batchGet.keys().stream());
        }

        @Override
        public LoadSample onScan(KvCommand.Scan scan) {
            return new LoadSample(scan.range().startInclusive(), scan.range().endExclusive());
        }
    }
}
