package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Timers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link of {@link MemoryNetwork}. What its listener hears is a task of its own node's timers, in the order in which the other
 * end did it. A frame counts as unsent until the other end has taken it.
 */
@AnyThread
final class MemoryLink implements Link {
    private static final int FRAME_COST_BYTES = 64;

    private final long number;
    private final Address remote;
    private final Timers timers;
    private final LinkListener listener;
    private final long unsentBytesMax;
    private final AtomicLong unsentBytes = new AtomicLong();
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private volatile @Nullable MemoryLink peer;
    private volatile boolean isOpen;
    private volatile Runnable onEnd = () -> {};

    MemoryLink(long number, Address remote, Timers timers, LinkListener listener, WireOptions options) {
        this.number = number;
        this.remote = remote;
        this.timers = timers;
        this.listener = listener;
        this.unsentBytesMax = options.unsentBytesMax();
    }

    /** Opens both ends, each on its own node's thread; an end that was closed meanwhile ends the other. */
    static void join(MemoryLink dialler, MemoryLink accepted, Hello dialling, Hello accepting) {
        dialler.peer = accepted;
        accepted.peer = dialler;
        accepted.open(dialling);
        dialler.open(accepting);
    }

    void onEnd(Runnable task) {
        onEnd = task;
    }

    long number() {
        return number;
    }

    @Override
    public boolean send(ByteBuffer frame) {
        Invariant.check(frame.remaining() <= Frames.BYTES_MAX, "a frame is within its limit", frame.remaining());
        MemoryLink to = peer;
        if (!isOpen() || to == null || !reserve(frame.remaining() + FRAME_COST_BYTES)) {
            return false;
        }
        ByteBuffer copy = ByteBuffer.allocate(frame.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(frame.duplicate()).flip();
        to.timers.execute(() -> {
            unsentBytes.addAndGet(-(copy.capacity() + FRAME_COST_BYTES));
            to.hear(copy);
        });
        return true;
    }

    @Override
    public boolean isWritable() {
        return isOpen() && unsentBytes.get() < unsentBytesMax;
    }

    @Override
    public long unsentBytes() {
        return unsentBytes.get();
    }

    @Override
    public boolean isOpen() {
        return isOpen && !hasEnded.get();
    }

    @Override
    public void close() {
        end("closed by this side");
    }

    @Override
    public Address remote() {
        return remote;
    }

    @Override
    public String toString() {
        return remote + "#" + number;
    }

    /** Ends this end now and the other one when it hears of it. */
    void end(String reason) {
        if (!hasEnded.compareAndSet(false, true)) {
            return;
        }
        onEnd.run();
        timers.execute(() -> listener.onClose(this, reason));
        MemoryLink other = peer;
        if (other != null) {
            other.timers.execute(() -> other.end("closed by " + other.remote));
        }
    }

    private void open(Hello from) {
        if (hasEnded.get()) {
            MemoryLink other = peer;
            if (other != null) {
                other.end("closed by " + other.remote);
            }
            return;
        }
        timers.execute(() -> {
            if (!hasEnded.get()) {
                isOpen = true;
                listener.onOpen(this, from);
            }
        });
    }

    private void hear(ByteBuffer frame) {
        if (!hasEnded.get()) {
            listener.onFrame(this, frame);
        }
    }

    private boolean reserve(long bytes) {
        long unsent;
        do {
            unsent = unsentBytes.get();
            if (unsent != 0 && unsent + bytes > unsentBytesMax) {
                return false;
            }
        } while (!unsentBytes.compareAndSet(unsent, unsent + bytes));
        return true;
    }
}
