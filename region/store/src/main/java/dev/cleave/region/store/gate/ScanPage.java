package dev.cleave.region.store.gate;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.PairsReply;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import java.nio.ByteBuffer;

/**
 * One page of a scan, written into its reply as it is read: cut before the pair that would go over a bound, but never empty if there is one. Used again for one
 * scan after the other. It belongs to a thread that may outlive the store, and keeps nothing of it.
 */
@OwnedBy("the thread that reads")
final class ScanPage {
    private final PairsReply reply = new PairsReply();
    private long bytes;
    private boolean isCut;
    private int seenMax;
    private int seen;
    private int bytesMax;
    private boolean isSmall;

    /** Begins anew with what is to be seen of the engine's pairs by {@code scan}. */
    KvEngine.LentVisitor begin(KvCommand.Scan scan, ExpiryClock expiry) {
        return beginSmall(scan, expiry, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** The same, given up once that takes a look at more than so many pairs, or more than so many bytes. */
    KvEngine.LentVisitor beginSmall(KvCommand.Scan scan, ExpiryClock expiry, int pairsMax, int bytesMax) {
        reply.begin();
        bytes = 0;
        isCut = false;
        this.seenMax = pairsMax;
        this.bytesMax = bytesMax;
        seen = 0;
        isSmall = true;
        return (key, keyBytes, stored, storedBytes) -> visit(scan, expiry, key, keyBytes, stored, storedBytes);
    }

    private boolean visit(
            KvCommand.Scan scan, ExpiryClock expiry, byte[] key, int keyBytes, byte[] stored, int storedBytes) {
        isSmall = seen < seenMax;
        seen++;
        if (!isSmall || expiry.isGone(stored, storedBytes)) {
            return isSmall;
        }
        int keyAt = DataKeys.userKeyAt(key, keyBytes);
        int valueAt = DataKeys.valueAt(stored, storedBytes);
        int userBytes = keyBytes - keyAt;
        int valueBytes = scan.isKeysOnly() ? 0 : storedBytes - valueAt;
        long more = (long) userBytes + valueBytes;
        boolean isFull = reply.count() >= scan.limit() || (reply.count() > 0 && bytes + more > scan.bytesMax());
        if (isFull) {
            isCut = true;
            return false;
        }
        isSmall = bytes + more <= bytesMax;
        if (!isSmall) {
            return false;
        }
        reply.add(key, keyAt, userBytes, stored, valueAt, valueBytes);
        bytes += more;
        return true;
    }

    /** Whether it was not given up. */
    boolean isSmall() {
        return isSmall;
    }

    /** The reply, once all has been seen. */
    ByteBuffer frame(long requestId) {
        return reply.frame(requestId, !isCut);
    }
}
