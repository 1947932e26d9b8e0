package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads pages of scans into their replies, each thread with a page that it uses again. */
@AnyThread
final class ScanReads {
    /** A page of so many pairs takes the network's thread as long as some twenty gets. */
    static final int SMALL_PAIRS_MAX = 256;

    static final int SMALL_BYTES_MAX = 64 << 10;

    private final KvEngine engine;
    private final ExpiryClock expiry;
    private final ThreadLocal<Own> own = ThreadLocal.withInitial(() -> new Own(new ScanPage(), new Doubt()));

    private record Own(ScanPage page, Doubt doubt) {}

    ScanReads(KvEngine engine, ExpiryClock expiry) {
        this.engine = engine;
        this.expiry = expiry;
    }

    /** The reply to {@code scan}: one page, as of one moment. */
    ByteBuffer read(KvCommand.Scan scan, long requestId) {
        ScanPage page = own.get().page();
        engine.scan(Family.DATA, DataKeys.toData(scan.range()), scan.isReverse(), page.begin(scan, expiry));
        return page.frame(requestId);
    }

    /** The same, of a small page and from memory alone; null if it is not that. Not always tried where that was so of late: what was read would be read twice. */
    @Nullable
    ByteBuffer readSmallFromMemory(KvCommand.Scan scan, long requestId) {
        Own mine = own.get();
        if (scan.limit() >= SMALL_PAIRS_MAX || !mine.doubt().isWorthTrying()) {
            return null;
        }
        ScanPage page = mine.page();
        KvEngine.LentVisitor visitor = page.beginSmall(scan, expiry, SMALL_PAIRS_MAX, SMALL_BYTES_MAX);
        boolean isRead = engine.scanMemory(DataKeys.toData(scan.range()), scan.isReverse(), visitor) && page.isSmall();
        mine.doubt().tried(isRead);
        return isRead ? page.frame(requestId) : null;
    }
}
