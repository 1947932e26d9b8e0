package dev.cleave.region.store.state;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replicas may have lived here unknown to anybody now. Records that a damaged log has lost may have held all there was of a replica, its vote included, and the
 * engine learns of one only with a later flush. So once a log is found damaged no replica that may be that old begins here, be it called by a message or born by a
 * split: it might break its word. Ids only grow, so one of them tells the old from the new; the placement driver says which, and until it does all are old.
 *
 * <pre>
 * META 'f': u8 layout (1), u64 below (little endian): a replica with a smaller id may be forgotten; all bits set (-1) until the placement driver has told
 * </pre>
 */
@AnyThread
public final class ForgottenReplicas {
    private static final Logger LOG = LoggerFactory.getLogger(ForgottenReplicas.class);
    private static final int LAYOUT = 1;
    private static final int BYTES = 9;
    private static final long ALL = -1;

    private final KvEngine engine;
    private volatile long below;

    /** As the engine has it. What cannot be read stands for all: that costs replicas, never a vote. */
    public ForgottenReplicas(KvEngine engine) {
        this.engine = engine;
        byte[] bytes = engine.get(Family.META, MetaKeys.forgotten());
        below = bytes == null ? 0 : read(bytes);
    }

    private static long read(byte[] bytes) {
        try {
            WireReader from = new WireReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            return from.u8("layout") == LAYOUT ? from.u64("below") : ALL;
        } catch (MalformedFrame damaged) {
            LOG.warn("event=forgotten-replicas-unreadable reason=\"{}\"", damaged.getMessage());
            return ALL;
        }
    }

    /** The log is damaged: from now on nobody unknown begins. Blocks until that is durable. */
    public void logDamaged() {
        write(ALL);
        engine.flush();
        LOG.error(
                "event=replicas-forgotten advice=\"the log is damaged: no replica that is not known here begins until the placement driver has said which are new\"");
    }

    /**
     * The placement driver says that all ids given out before this start are less than {@code idsBelow}; 0 if it does not say. Does nothing unless it was waited for. True if it was: then a flush makes it durable, and
     * until then a restart waits again.
     */
    public synchronized boolean told(long idsBelow) {
        if (below != ALL) {
            return false;
        }
        if (idsBelow == 0) {
            LOG.error(
                    "event=replicas-forgotten advice=\"upgrade the placement driver: until it says which replicas are new, none begins here\"");
            return false;
        }
        write(idsBelow);
        LOG.warn(
                "event=replicas-forgotten below={} advice=\"the log was damaged: replicas up to there that are not known here are replaced\"",
                idsBelow);
        return true;
    }

    private synchronized void write(long next) {
        ByteBuffer written = new WireWriter(BYTES, BYTES).u8(LAYOUT).u64(next).finish();
        KvBatch batch = engine.newBatch();
        batch.put(Family.META, MetaKeys.forgotten(), Arrays.copyOf(written.array(), written.limit()));
        engine.write(batch);
        below = next;
    }

    /** Whether this replica, of which nothing is known, may have been here before. */
    public boolean mayHold(long replicaId) {
        long now = below;
        return now == ALL || replicaId < now;
    }

    /** False while it is not known yet from which id on replicas are new. */
    public boolean isTold() {
        return below != ALL;
    }
}
