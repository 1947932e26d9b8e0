package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.MemoryRead;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.KeysView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Small reads on the network's thread, from what the engine has in memory: they neither wait nor keep others waiting. Whoever calls sees to it that what is read may be answered. */
@AnyThread
final class MemoryReads {
    /** Larger answers would keep the network's thread from others. */
    private static final int ANSWER_BYTES_MAX = 64 << 10;

    /** A link that has so much to send has its scans and batch gets queued: others are served before, and answers do not pile up before any can leave. */
    private static final long UNSENT_BYTES_MAX = 512 << 10;

    private final KvEngine engine;
    private final ExpiryClock expiry;
    private final ScanReads scans;
    private final BatchReads batches;
    /** For each of the few threads that look into memory. */
    private final ThreadLocal<Doubt> doubts = ThreadLocal.withInitial(Doubt::new);

    MemoryReads(KvEngine engine, ExpiryClock expiry) {
        this.engine = engine;
        this.expiry = expiry;
        scans = new ScanReads(engine, expiry);
        batches = new BatchReads(engine, expiry);
    }

    /** The reply to a get, a small batch of them or a small scan if memory has all of it; null if not, or if it is another kind of read. */
    @Nullable
    ByteBuffer read(Link link, Asked asked, long requestId) {
        KeysView keys = asked.keys();
        if (keys != null) {
            return link.unsentBytes() <= UNSENT_BYTES_MAX ? batches.readSmallFromMemory(keys, requestId) : null;
        }
        KvCommand command = asked.read();
        if (command instanceof KvCommand.Get get) {
            KvResult found = get(get.key());
            return found == null ? null : KvCodec.encodeReply(KvReply.ok(requestId, found));
        }
        return command instanceof KvCommand.Scan scan && link.unsentBytes() <= UNSENT_BYTES_MAX
                ? scans.readSmallFromMemory(scan, requestId)
                : null;
    }

    /** Null also while memory is not worth asking: most of what was looked for of late was elsewhere. */
    private @Nullable KvResult get(Key key) {
        Doubt doubt = doubts.get();
        if (!doubt.isWorthTrying()) {
            return null;
        }
        MemoryRead read = engine.getFromMemory(DataKeys.toData(key), ANSWER_BYTES_MAX);
        doubt.tried(read.kind() != MemoryRead.Kind.ELSEWHERE);
        byte[] stored = read.value();
        return switch (read.kind()) {
            case FOUND -> stored == null ? null : new KvResult.Found(expiry.visible(stored));
            case ABSENT -> new KvResult.Found(null);
            case ELSEWHERE -> null;
        };
    }
}
