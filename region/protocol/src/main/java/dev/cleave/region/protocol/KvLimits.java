package dev.cleave.region.protocol;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand.Batch;
import dev.cleave.region.protocol.KvCommand.BatchGet;
import dev.cleave.region.protocol.KvCommand.Change;
import dev.cleave.region.protocol.KvCommand.CompareAndSet;
import dev.cleave.region.protocol.KvCommand.Delete;
import dev.cleave.region.protocol.KvCommand.DeleteRange;
import dev.cleave.region.protocol.KvCommand.Get;
import dev.cleave.region.protocol.KvCommand.Put;
import dev.cleave.region.protocol.KvCommand.Scan;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of commands, in one place: the client asks before it sends, the store asks again at its gate. Keys are 1 to
 * {@link KvCommand#KEY_BYTES_MAX} bytes, values 0 to {@link KvCommand#VALUE_BYTES_MAX}, batches 1 to
 * {@link KvCommand#BATCH_ITEMS_MAX} items, scan limits 1 to {@link KvCommand#SCAN_LIMIT_MAX}, scan pages 1 to
 * {@link #SCAN_BYTES_MAX} bytes, times to live to {@link KvCommand#TTL_MILLIS_MAX}, and a whole command fits one log entry.
 */
public final class KvLimits {
    /** A whole command with its epoch: 6 MiB. */
    public static final int COMMAND_BYTES_MAX = EntryLayout.PAYLOAD_BYTES_MAX;
    /** The largest page of a scan, and of a batch get: 4 MiB; one pair may go over it. */
    public static final int SCAN_BYTES_MAX = 4 << 20;

    private KvLimits() {}

    /** What is wrong with {@code command} and what to do about it; empty if nothing is. */
    public static Optional<String> problem(KvCommand command) {
        String problem = command.match(new Problems());
        if (problem.isEmpty() && KvCodec.payloadBytes(command) > COMMAND_BYTES_MAX) {
            problem = "the command takes " + KvCodec.payloadBytes(command) + " bytes, at most " + COMMAND_BYTES_MAX
                    + " are allowed; use smaller batches or values";
        }
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    /** What is wrong with {@code key}; empty if nothing is. */
    public static Optional<String> problem(Key key) {
        String problem = ofKey(key);
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    private static String ofKey(Key key) {
        if (key.isEmpty()) {
            return "a key must not be empty";
        }
        return ofBound(key);
    }

    private static String ofBound(Key key) {
        return key.length() <= KvCommand.KEY_BYTES_MAX
                ? ""
                : "a key of " + key.length() + " bytes is too long, at most " + KvCommand.KEY_BYTES_MAX
                        + " are allowed";
    }

    private static String ofValue(@Nullable Value value) {
        return value == null || value.length() <= KvCommand.VALUE_BYTES_MAX
                ? ""
                : "a value of " + value.length() + " bytes is too long, at most " + KvCommand.VALUE_BYTES_MAX
                        + " are allowed; cut it into several keys";
    }

    private static String ofTtl(long millis) {
        return millis >= 0 && millis <= KvCommand.TTL_MILLIS_MAX
                ? ""
                : "a time to live must be 1 ms to 100 years; without one, values stay for ever";
    }

    private static String ofCount(int items) {
        if (items == 0) {
            return "a batch must hold at least one item";
        }
        return items <= KvCommand.BATCH_ITEMS_MAX
                ? ""
                : "a batch of " + items + " items is too long, at most " + KvCommand.BATCH_ITEMS_MAX
                        + " are allowed; send several";
    }

    private static String firstOf(String... problems) {
        for (String problem : problems) {
            if (!problem.isEmpty()) {
                return problem;
            }
        }
        return "";
    }

    /** Answers the empty text where all is well. */
    private static final class Problems implements KvCommand.Cases<String> {
        @Override
        public String onPut(Put put) {
            return firstOf(ofKey(put.key()), ofValue(put.value()), ofTtl(put.ttlMillis()));
        }

        @Override
        public String onDelete(Delete delete) {
            return ofKey(delete.key());
        }

        @Override
        public String onBatch(Batch batch) {
            String problem = ofCount(batch.changes().size());
            for (Change change : batch.changes()) {
                problem = firstOf(problem, ofKey(change.key()), ofValue(change.value()));
            }
            return problem;
        }

        @Override
        public String onDeleteRange(DeleteRange deleteRange) {
            return firstOf(
                    ofBound(deleteRange.range().startInclusive()),
                    ofBound(deleteRange.range().endExclusive()));
        }

        @Override
        public String onCompareAndSet(CompareAndSet cas) {
            return firstOf(ofKey(cas.key()), ofValue(cas.expected()), ofValue(cas.next()), ofTtl(cas.ttlMillis()));
        }

        @Override
        public String onGet(Get get) {
            return ofKey(get.key());
        }

        @Override
        public String onBatchGet(BatchGet batchGet) {
            String problem = ofCount(batchGet.keys().size());
            for (Key key : batchGet.keys()) {
                problem = firstOf(problem, ofKey(key));
            }
            return problem;
        }

        @Override
        public String onScan(Scan scan) {
            if (scan.limit() < 1 || scan.limit() > KvCommand.SCAN_LIMIT_MAX) {
                return "the limit of a scan must be 1 to " + KvCommand.SCAN_LIMIT_MAX + ", not " + scan.limit();
            }
            if (scan.bytesMax() < 1 || scan.bytesMax() > SCAN_BYTES_MAX) {
                return "the byte limit of a scan must be 1 to " + SCAN_BYTES_MAX + ", not " + scan.bytesMax();
            }
            return firstOf(
                    ofBound(scan.range().startInclusive()), ofBound(scan.range().endExclusive()));
        }
    }
}
