package dev.cleave.placement.server.catalog;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.codec.RecordCodec;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.placement.server.plan.Operator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The catalog in the engine: one pair per record, and the applied index in the same batch.
 *
 * <pre>
 * family key                    value
 * META   'A'                    applied index (8, big endian), its term (8)
 * DATA   'c'                    cluster record
 * DATA   's' store id (8, be)   store record
 * DATA   'o' operator id (8)    operator
 * </pre>
 */
final class CatalogStore implements Catalog.Journal {
    private static final byte[] APPLIED = {'A'};
    private static final byte[] CLUSTER = {'c'};

    private final KvEngine engine;
    private final RecordCodec codec = CatalogRecords.codec();
    private @Nullable KvBatch batch;

    CatalogStore(KvEngine engine) {
        this.engine = engine;
    }

    /** Where the log must be read from after a start. */
    record Applied(long index, long term) {}

    /** What the engine holds now; null if it is empty. */
    @Nullable
    Applied applied() {
        return parse(engine.get(KvEngine.Family.META, APPLIED));
    }

    /** The index that would survive a crash now; 0 if none. */
    static long durableIndex(KvEngine engine) {
        Applied applied = parse(engine.getDurable(APPLIED));
        return applied == null ? 0 : applied.index;
    }

    void load(Catalog catalog) {
        Applied applied = applied();
        if (applied != null) {
            catalog.restore(applied.index);
        }
        try (KvSnapshot snapshot = engine.snapshot()) {
            snapshot.scan(KvEngine.Family.DATA, KeyRange.ALL, false, (key, value) -> {
                restore(catalog, codec.decode(ByteBuffer.wrap(value)));
                return true;
            });
        }
    }

    @Override
    public void put(Catalog.ClusterRecord cluster) {
        open().put(KvEngine.Family.DATA, CLUSTER, codec.encode(cluster).array());
    }

    @Override
    public void put(StoreRecord store) {
        open().put(
                        KvEngine.Family.DATA,
                        key('s', store.id()),
                        codec.encode(store).array());
    }

    @Override
    public void put(Operator operator) {
        open().put(
                        KvEngine.Family.DATA,
                        key('o', operator.id()),
                        codec.encode(operator).array());
    }

    @Override
    public void deleteOperator(long id) {
        open().delete(KvEngine.Family.DATA, key('o', id));
    }

    /** Writes everything since the last commit together with the applied index. */
    void commit(long index, long term) {
        KvBatch now = open();
        now.put(
                KvEngine.Family.META,
                APPLIED,
                ByteBuffer.allocate(16).putLong(index).putLong(term).array());
        batch = null;
        engine.write(now);
    }

    private KvBatch open() {
        KvBatch now = batch == null ? engine.newBatch() : batch;
        batch = now;
        return now;
    }

    private static void restore(Catalog catalog, Object record) {
        if (record instanceof Catalog.ClusterRecord cluster) {
            catalog.restore(cluster);
        } else if (record instanceof StoreRecord store) {
            catalog.restore(store);
        } else if (record instanceof Operator operator) {
            catalog.restore(operator);
        } else {
            Invariant.check(false, "the catalog's engine holds catalog records only", record);
        }
    }

    private static @Nullable Applied parse(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value);
        return new Applied(bytes.getLong(), bytes.getLong());
    }

    private static byte[] key(char family, long id) {
        return ByteBuffer.allocate(9).put((byte) family).putLong(id).array();
    }
}
