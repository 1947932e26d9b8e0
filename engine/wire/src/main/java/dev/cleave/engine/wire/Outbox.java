package dev.cleave.engine.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one link that wait to be written. Any thread offers; the link's event loop drains, copying frames back to back into
 * chunks of direct memory (the copy the JDK would make anyway) and flushing once per turn, or as soon as the loop itself has offered {@link
 * #AT_ONCE_BYTES}: the peer is then at work on them while more is being made. A frame counts as unsent until the socket has taken its last
 * byte. What waits stays here, not in Netty, once the socket is congested: direct memory per link stays near {@link #WATER_HIGH_BYTES}.
 */
final class Outbox {
    static final int WATER_LOW_BYTES = 256 << 10;
    static final int WATER_HIGH_BYTES = 1 << 20;

    private static final int CHUNK_BYTES = 64 << 10;
    /** Less is not worth a system call of its own; waiting for more has two peers that ask and answer in bulk work in turn instead of at once. */
    private static final int AT_ONCE_BYTES = 16 << 10;

    /** What a waiting frame costs beside its payload, so that a flood of empty frames meets the bound too. */
    private static final int FRAME_COST_BYTES = 64;

    private record Outgoing(byte kind, ByteBuffer payload) {}

    private final long unsentBytesMax;
    private final ConcurrentLinkedQueue<Outgoing> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong unsentBytes = new AtomicLong();
    private final AtomicBoolean isDrainScheduled = new AtomicBoolean();

    // Owned by the event loop.
    private final FrameLayout layout = new FrameLayout();
    private final ByteBuffer header = FrameLayout.newHeader().limit(0);
    private @Nullable ByteBuffer payload;
    private long payloadCost;
    /** Of what is unsent, what the channel has. */
    private long writtenBytes;

    private long chunksTaken;

    Outbox(long unsentBytesMax) {
        this.unsentBytesMax = unsentBytesMax;
    }

    /** Queues a caller's frame unless the bound is reached; an empty outbox takes any frame. */
    boolean offer(ByteBuffer frame) {
        long cost = cost(frame);
        long unsent;
        do {
            unsent = unsentBytes.get();
            if (unsent != 0 && unsent + cost > unsentBytesMax) {
                return false;
            }
        } while (!unsentBytes.compareAndSet(unsent, unsent + cost));
        queue.add(new Outgoing(FrameLayout.DATA, frame.duplicate()));
        return true;
    }

    /** Queues one of the link's own small frames, whatever the bound. */
    void offerControl(byte kind, ByteBuffer frame) {
        unsentBytes.addAndGet(cost(frame));
        queue.add(new Outgoing(kind, frame));
    }

    /** Whether the caller is the one who must schedule the next drain. */
    boolean claimDrain() {
        return !isDrainScheduled.get() && isDrainScheduled.compareAndSet(false, true);
    }

    long unsentBytes() {
        return unsentBytes.get();
    }

    /** How many chunks the socket has taken whole; for the event loop. */
    long chunksTaken() {
        return chunksTaken;
    }

    /** Whether so much waits here that it should leave before the turn ends; for the event loop. */
    boolean holdsMuch() {
        return unsentBytes.get() - writtenBytes >= AT_ONCE_BYTES;
    }

    boolean isBelowBound() {
        return unsentBytes.get() < unsentBytesMax;
    }

    boolean isEmpty() {
        return payload == null && queue.isEmpty();
    }

    /** Writes what the channel takes now, and flushes once. Returns whether anything was written. */
    boolean drain(Channel channel) {
        isDrainScheduled.set(false);
        boolean wrote = false;
        while (channel.isWritable() && hasNext()) {
            writeChunk(channel);
            wrote = true;
        }
        if (wrote) {
            channel.flush();
        }
        return wrote;
    }

    /** Forgets what waits: the link is gone. */
    void discard() {
        queue.clear();
        payload = null;
    }

    private boolean hasNext() {
        if (payload != null) {
            return true;
        }
        Outgoing next = queue.poll();
        if (next == null) {
            return false;
        }
        layout.write(next.kind, next.payload, header);
        payload = next.payload;
        payloadCost = cost(next.payload);
        return true;
    }

    private void writeChunk(Channel channel) {
        int size = (int) Math.max(FRAME_COST_BYTES, Math.min(CHUNK_BYTES, unsentBytes.get()));
        ByteBuf chunk = channel.alloc().directBuffer(size, size);
        long endedBytes = 0;
        while (chunk.isWritable() && hasNext()) {
            ByteBuffer body = Objects.requireNonNull(payload);
            copy(header, chunk);
            copy(body, chunk);
            if (!header.hasRemaining() && !body.hasRemaining()) {
                endedBytes += payloadCost;
                payload = null;
            }
        }
        long sentBytes = endedBytes;
        writtenBytes += sentBytes;
        channel.write(chunk).addListener(written -> {
            chunksTaken++;
            writtenBytes -= sentBytes;
            unsentBytes.addAndGet(-sentBytes);
        });
    }

    private static long cost(ByteBuffer frame) {
        return frame.remaining() + FRAME_COST_BYTES;
    }

    private static void copy(ByteBuffer from, ByteBuf into) {
        int bytes = Math.min(from.remaining(), into.writableBytes());
        int limit = from.limit();
        from.limit(from.position() + bytes);
        into.writeBytes(from);
        from.limit(limit);
    }
}
