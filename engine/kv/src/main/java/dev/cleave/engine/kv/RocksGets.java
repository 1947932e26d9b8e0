package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.KvEngine.LentKeys;
import dev.cleave.engine.kv.KvEngine.LentVisitor;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/**
 * Looks for many keys in a RocksDB, one after the other, under one snapshot. RocksDB's own call for many keys takes and gives an object per key.
 */
@AnyThread
final class RocksGets {
    private static final int VALUE_BYTES_KEPT = KvEngine.MEMORY_VALUE_BYTES_MAX;

    private final RocksStore store;
    private final RocksHandles handles;
    private final UseCount uses;
    /** For each of the few threads that read. */
    private final ThreadLocal<Room> rooms = ThreadLocal.withInitial(Room::new);

    private static final class Room {
        final byte[] key = new byte[KeyBounds.KEY_BYTES_MAX];
        byte[] value = new byte[1 << 10];
    }

    RocksGets(RocksStore store, RocksHandles handles, UseCount uses) {
        this.store = store;
        this.handles = handles;
        this.uses = uses;
    }

    void getAll(LentKeys keys, LentVisitor visitor) {
        uses.enter();
        try {
            look(ReadTier.READ_ALL_TIER, Integer.MAX_VALUE, keys, visitor);
        } catch (RocksDBException failed) {
            throw store.failure("read", failed);
        } finally {
            uses.leave();
        }
    }

    boolean getAllFromMemory(LentKeys keys, LentVisitor visitor) {
        uses.enter();
        try {
            return look(ReadTier.BLOCK_CACHE_TIER, KvEngine.MEMORY_VALUE_BYTES_MAX, keys, visitor);
        } catch (RocksDBException incompleteOrFailed) {
            return false;
        } finally {
            uses.leave();
        }
    }

    /** False if there is a larger value. The caller is counted in. */
    private boolean look(ReadTier tier, int valueBytesMax, LentKeys keys, LentVisitor visitor) throws RocksDBException {
        Room room = rooms.get();
        Snapshot snapshot = handles.db.getSnapshot();
        try (ReadOptions options = new ReadOptions().setReadTier(tier).setSnapshot(snapshot)) {
            int keyBytes = keys.next(room.key);
            while (keyBytes >= 0) {
                int valueBytes = get(options, room, keyBytes, valueBytesMax);
                if (valueBytes > valueBytesMax) {
                    return false;
                }
                if (valueBytes != RocksDB.NOT_FOUND && !visitor.visit(room.key, keyBytes, room.value, valueBytes)) {
                    return true;
                }
                keyBytes = keys.next(room.key);
            }
            return true;
        } finally {
            handles.db.releaseSnapshot(snapshot);
            snapshot.close();
            if (room.value.length > VALUE_BYTES_KEPT) {
                room.value = new byte[VALUE_BYTES_KEPT];
            }
        }
    }

    private int get(ReadOptions options, Room room, int keyBytes, int valueBytesMax) throws RocksDBException {
        int valueBytes = handles.db.get(handles.data, options, room.key, 0, keyBytes, room.value, 0, room.value.length);
        if (valueBytes > room.value.length && valueBytes <= valueBytesMax) {
            room.value = new byte[Math.max(valueBytes, 2 * room.value.length)];
            return handles.db.get(handles.data, options, room.key, 0, keyBytes, room.value, 0, room.value.length);
        }
        return valueBytes;
    }
}
