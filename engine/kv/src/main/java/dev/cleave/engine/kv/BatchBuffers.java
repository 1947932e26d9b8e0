package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import java.util.concurrent.ArrayBlockingQueue;

/** A few arrays that batches reuse; larger ones than 1 MiB are left to the garbage collector. */
@AnyThread
final class BatchBuffers {
    private static final int BUFFERS_MAX = 8;
    private static final int BYTES_FIRST = 16 << 10;
    private static final int BYTES_KEPT_MAX = 1 << 20;

    private final ArrayBlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS_MAX);

    byte[] take() {
        byte[] used = free.poll();
        return used == null ? new byte[BYTES_FIRST] : used;
    }

    void giveBack(byte[] buffer) {
        if (buffer.length <= BYTES_KEPT_MAX) {
            free.offer(buffer);
        }
    }
}
