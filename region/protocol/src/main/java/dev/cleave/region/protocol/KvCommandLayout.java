package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
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
import org.jspecify.annotations.Nullable;

/**
 * What follows the epoch in an entry payload: {@code u8 op, u8 flags, u16 zero, body}. Operations below {@link #READS_FROM} write.
 *
 * <pre>
 *  1 put              key, value
 *  2 delete           key
 *  3 batch            u32 count, count × { key, optional value (none deletes) }
 *  4 delete range     range
 *  5 compare and set  u64 time, u64 ttl, key, optional value expected, optional value next
 *  6 expiring put     u64 time, u64 ttl, key, value
 * 16 get              key
 * 17 batch get        u32 count, count × key
 * 18 scan             range, u32 limit, u32 bytesMax; flags: 1 reverse, 2 keys only
 * </pre>
 *
 * Time is wall time in milliseconds, 0 from a client; the store that leads the region writes its own into it before the command enters the log, so
 * that all replicas judge what has expired alike. Ttl is in milliseconds, 0 for ever.
 */
final class KvCommandLayout implements KvCommand.Cases<Integer> {
    static final int PUT = 1;
    static final int DELETE = 2;
    static final int BATCH = 3;
    static final int DELETE_RANGE = 4;
    static final int COMPARE_AND_SET = 5;
    static final int EXPIRING_PUT = 6;
    static final int READS_FROM = 16;
    static final int GET = 16;
    static final int BATCH_GET = 17;
    static final int SCAN = 18;

    /** Where the time stands in a command that has one, from the operation on. */
    static final int TIME_AT = 4;

    private static final int HEAD_BYTES = 4;
    private static final int LIFE_BYTES = 16;
    private static final int REVERSE = 1;
    private static final int KEYS_ONLY = 2;

    private final WireWriter to;

    private KvCommandLayout(WireWriter to) {
        this.to = to;
    }

    static void write(WireWriter to, KvCommand command) {
        command.match(new KvCommandLayout(to));
    }

    static KvCommand read(WireReader from) {
        int op = from.u8("operation");
        int flags = from.u8("flags");
        from.zero(2, "reserved part of a command");
        if (flags != 0 && (op != SCAN || flags > (REVERSE | KEYS_ONLY))) {
            throw new MalformedFrame("flags " + flags + " of operation " + op + " are unknown to this version");
        }
        KvCommand command = readBody(op, flags, from);
        from.end("command");
        return command;
    }

    private static KvCommand readBody(int op, int flags, WireReader from) {
        return switch (op) {
            case PUT -> new Put(from.key("key"), from.value("value"));
            case DELETE -> new Delete(from.key("key"));
            case BATCH -> new Batch(from.list(KvCommand.BATCH_ITEMS_MAX, 6, "changes", KvCommandLayout::change));
            case DELETE_RANGE -> new DeleteRange(from.range("range"));
            case COMPARE_AND_SET -> compareAndSet(from);
            case EXPIRING_PUT -> expiringPut(from);
            case GET -> new Get(from.key("key"));
            case BATCH_GET -> new BatchGet(from.list(KvCommand.BATCH_ITEMS_MAX, 2, "keys", item -> item.key("key")));
            case SCAN -> scan(from, flags);
            default -> throw new MalformedFrame("operation " + op + " is unknown to this version");
        };
    }

    private static Change change(WireReader from) {
        Key key = from.key("key");
        return new Change(key, from.optionalValue("value"));
    }

    private static KvCommand compareAndSet(WireReader from) {
        from.u64("time");
        long ttlMillis = from.u64("time to live");
        Key key = from.key("key");
        Value expected = from.optionalValue("expected value");
        return new CompareAndSet(key, expected, from.optionalValue("next value"), ttlMillis);
    }

    private static KvCommand expiringPut(WireReader from) {
        from.u64("time");
        long ttlMillis = from.u64("time to live");
        if (ttlMillis == 0) {
            throw new MalformedFrame("a put that never expires is an ordinary one");
        }
        Key key = from.key("key");
        return new Put(key, from.value("value"), ttlMillis);
    }

    /** Whether a command of this operation has a time in it. */
    static boolean hasTime(int op) {
        return op == COMPARE_AND_SET || op == EXPIRING_PUT;
    }

    private static KvCommand scan(WireReader from, int flags) {
        KeyRange range = from.range("range");
        int limit = from.count("limit");
        int bytesMax = from.count("byte limit");
        return new Scan(range, limit, bytesMax, (flags & REVERSE) != 0, (flags & KEYS_ONLY) != 0);
    }

    @Override
    public Integer onPut(Put put) {
        if (put.ttlMillis() != 0) {
            head(EXPIRING_PUT, 0).u64(0).u64(put.ttlMillis()).key(put.key()).value(put.value());
            return EXPIRING_PUT;
        }
        head(PUT, 0).key(put.key()).value(put.value());
        return PUT;
    }

    @Override
    public Integer onDelete(Delete delete) {
        head(DELETE, 0).key(delete.key());
        return DELETE;
    }

    @Override
    public Integer onBatch(Batch batch) {
        head(BATCH, 0).u32(batch.changes().size());
        for (Change change : batch.changes()) {
            to.key(change.key()).optionalValue(change.value());
        }
        return BATCH;
    }

    @Override
    public Integer onDeleteRange(DeleteRange deleteRange) {
        head(DELETE_RANGE, 0).range(deleteRange.range());
        return DELETE_RANGE;
    }

    @Override
    public Integer onCompareAndSet(CompareAndSet cas) {
        head(COMPARE_AND_SET, 0)
                .u64(0)
                .u64(cas.ttlMillis())
                .key(cas.key())
                .optionalValue(cas.expected())
                .optionalValue(cas.next());
        return COMPARE_AND_SET;
    }

    @Override
    public Integer onGet(Get get) {
        head(GET, 0).key(get.key());
        return GET;
    }

    @Override
    public Integer onBatchGet(BatchGet batchGet) {
        head(BATCH_GET, 0).u32(batchGet.keys().size());
        batchGet.keys().forEach(to::key);
        return BATCH_GET;
    }

    @Override
    public Integer onScan(Scan scan) {
        head(SCAN, (scan.isReverse() ? REVERSE : 0) | (scan.isKeysOnly() ? KEYS_ONLY : 0));
        to.range(scan.range()).u32(scan.limit()).u32(scan.bytesMax());
        return SCAN;
    }

    private WireWriter head(int op, int flags) {
        return to.u8(op).u8(flags).u16(0);
    }

    /** How many bytes {@link #write} would write. */
    static long bytes(KvCommand command) {
        return command.match(new Sizes());
    }

    private static final class Sizes implements KvCommand.Cases<Long> {
        @Override
        public Long onPut(Put put) {
            long life = put.ttlMillis() == 0 ? 0 : LIFE_BYTES;
            return HEAD_BYTES + life + key(put.key()) + value(put.value());
        }

        @Override
        public Long onDelete(Delete delete) {
            return HEAD_BYTES + key(delete.key());
        }

        @Override
        public Long onBatch(Batch batch) {
            long bytes = HEAD_BYTES + 4;
            for (Change change : batch.changes()) {
                bytes += key(change.key()) + value(change.value());
            }
            return bytes;
        }

        @Override
        public Long onDeleteRange(DeleteRange deleteRange) {
            return HEAD_BYTES + range(deleteRange.range());
        }

        @Override
        public Long onCompareAndSet(CompareAndSet cas) {
            return HEAD_BYTES + LIFE_BYTES + key(cas.key()) + value(cas.expected()) + value(cas.next());
        }

        @Override
        public Long onGet(Get get) {
            return HEAD_BYTES + key(get.key());
        }

        @Override
        public Long onBatchGet(BatchGet batchGet) {
            long bytes = HEAD_BYTES + 4;
            for (Key key : batchGet.keys()) {
                bytes += key(key);
            }
            return bytes;
        }

        @Override
        public Long onScan(Scan scan) {
            return HEAD_BYTES + range(scan.range()) + 8;
        }

        private static long key(Key key) {
            return 2L + key.length();
        }

        private static long value(@Nullable Value value) {
            return 4L + (value == null ? 0 : value.length());
        }

        private static long range(KeyRange range) {
            return key(range.startInclusive()) + key(range.endExclusive());
        }
    }
}
