package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import java.nio.ByteBuffer;

/** Reads pages of scans for their replies, each thread with a page that it uses again. */
@AnyThread
final class ScanReads {
    private final KvEngine engine;
    private final ThreadLocal<ScanPage> pages;

    ScanReads(KvEngine engine, ExpiryClock expiry) {
        this.engine = engine;
        this.pages = ThreadLocal.withInitial(() -> new ScanPage(expiry));
    }

    /** The reply to {@code scan}: one page, as of one moment. */
    ByteBuffer read(KvCommand.Scan scan, long requestId) {
        ScanPage page = pages.get();
        engine.scan(Family.DATA, DataKeys.toData(scan.range()), scan.isReverse(), page.begin(scan));
        return page.frame(requestId);
    }
}
