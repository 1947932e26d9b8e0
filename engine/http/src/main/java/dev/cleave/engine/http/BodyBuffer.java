package dev.cleave.engine.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Collects one request's body, within the limit of one body and the budget of all. Owned by a connection's event loop. */
final class BodyBuffer {
    private static final int START_BYTES = 4 << 10;
    private static final byte[] EMPTY = {};

    private final BodyBudget budget;
    private final int bytesMax;
    private byte[] bytes = EMPTY;
    private int length;

    BodyBuffer(BodyBudget budget, int bytesMax) {
        this.budget = budget;
        this.bytesMax = bytesMax;
    }

    /** @throws HttpProblem 413 or 503 if there is no room */
    void append(ByteBuf chunk, long expectedBytes) {
        int more = chunk.readableBytes();
        if (more > bytesMax - length) {
            throw RequestHead.tooLarge(bytesMax);
        }
        if (!budget.take(more)) {
            throw new HttpProblem(503, "too many large requests at the same time", "try again in a moment");
        }
        int needed = length + more;
        if (needed > bytes.length) {
            long grown = Math.max(needed, Math.max(START_BYTES, 2L * bytes.length));
            long bound = expectedBytes >= needed ? expectedBytes : bytesMax;
            bytes = Arrays.copyOf(bytes, (int) Math.min(grown, bound));
        }
        chunk.readBytes(bytes, length, more);
        length = needed;
    }

    byte[] toBytes() {
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Gives the room back; the buffer is empty afterwards. */
    void release() {
        budget.giveBack(length);
        length = 0;
        bytes = EMPTY;
    }
}
