package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import java.nio.ByteBuffer;

/** One connection that carries frames in order, both ways. */
@AnyThread
public interface Link {
    /**
     * Queues one frame: the remaining bytes of {@code frame}, which now belong to the link and must not change. At most
     * {@link Frames#BYTES_MAX}. Returns false, and sends nothing, if the link is closed, not open yet, or has more than its bound of unsent bytes.
     */
    boolean send(ByteBuffer frame);

    /** Whether frames can be sent now without going over the bound. */
    boolean isWritable();

    /** About how many bytes wait to leave. */
    long unsentBytes();

    boolean isOpen();

    /** Closes the link; the listener hears it. Idempotent. */
    void close();

    Address remote();
}
