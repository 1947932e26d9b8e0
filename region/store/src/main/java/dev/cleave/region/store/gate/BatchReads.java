package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.protocol.KvLimits;
import dev.cleave.region.protocol.PairsReply;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.KeysView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads batch gets into their replies, each thread with a page that it uses again; no object stands for a key or a pair. */
@AnyThread
final class BatchReads {
    /** So many keys take the network's thread as long as so many gets, which is what clients gather into them. */
    private static final int SMALL_KEYS_MAX = 256;

    private static final int SMALL_BYTES_MAX = 128 << 10;

    private final KvEngine engine;
    private final ExpiryClock expiry;
    private final ThreadLocal<Page> pages = ThreadLocal.withInitial(Page::new);

    BatchReads(KvEngine engine, ExpiryClock expiry) {
        this.engine = engine;
        this.expiry = expiry;
    }

    /** The reply: what is there as of one moment, or the first of it if it would be too large. */
    ByteBuffer read(KeysView keys, long requestId) {
        Page page = pages.get();
        page.reply.begin();
        page.bytes = 0;
        page.isFull = false;
        engine.getAll(keys.dataKeys(), (key, keyBytes, stored, storedBytes) -> {
            page.isFull = page.bytes >= KvLimits.SCAN_BYTES_MAX;
            return !page.isFull && page.add(expiry, key, keyBytes, stored, storedBytes);
        });
        return page.reply.frame(requestId, !page.isFull);
    }

    /** The same, of few and small pairs and from memory alone; null if it is not that. Not always tried where that was so of late: what was read would be read twice. */
    @Nullable
    ByteBuffer readSmallFromMemory(KeysView keys, long requestId) {
        Page page = pages.get();
        if (keys.count() > SMALL_KEYS_MAX || !page.doubt.isWorthTrying()) {
            return null;
        }
        page.reply.begin();
        page.bytes = 0;
        page.isFull = false;
        boolean isRead = engine.getAllFromMemory(keys.dataKeys(), (key, keyBytes, stored, storedBytes) -> {
                    page.isFull = page.bytes + storedBytes > SMALL_BYTES_MAX;
                    return !page.isFull && page.add(expiry, key, keyBytes, stored, storedBytes);
                })
                && !page.isFull;
        page.doubt.tried(isRead);
        return isRead ? page.reply.frame(requestId, true) : null;
    }

    /** It belongs to a thread that may outlive the store, and keeps nothing of it. */
    @OwnedBy("the thread that reads")
    private static final class Page {
        final PairsReply reply = new PairsReply();
        final Doubt doubt = new Doubt();
        long bytes;
        boolean isFull;

        boolean add(ExpiryClock expiry, byte[] key, int keyBytes, byte[] stored, int storedBytes) {
            if (!expiry.isGone(stored, storedBytes)) {
                int keyAt = DataKeys.userKeyAt(key, keyBytes);
                int valueAt = DataKeys.valueAt(stored, storedBytes);
                reply.add(key, keyAt, keyBytes - keyAt, stored, valueAt, storedBytes - valueAt);
                bytes += (keyBytes - keyAt) + (storedBytes - valueAt);
            }
            return true;
        }
    }
}
