package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Frames;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.WireException;
import dev.cleave.region.protocol.FrameKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One end of a simulated connection. What it sends arrives in order, unless its {@link Path} is shaky and it is a frame of raft messages. */
final class SimLink implements Link {
    private static final long KEEP_ALIVE_NANOS = 8_000_000_000L;
    private static final long OVERTAKEN_NANOS_MAX = 200_000_000L;
    private static final int UNSENT_BYTES_MAX = 64 << 20;

    private final SimNetwork network;
    private final Machine machine;
    private final Address remote;
    private final LinkListener listener;
    private @Nullable SimLink other;
    private @Nullable Path path;
    private boolean isOpen;
    private boolean hasEnded;
    private long lastArrivalNanos;
    private int unsentBytes;
    private boolean isStalled;
    private final List<ByteBuffer> beforeOpen = new ArrayList<>();

    SimLink(SimNetwork network, Machine machine, Address remote, LinkListener listener) {
        this.network = network;
        this.machine = machine;
        this.remote = remote;
        this.listener = listener;
    }

    Machine machine() {
        return machine;
    }

    /** Joins it with the other end; {@code outgoing} is the way there. */
    void pair(SimLink far, Path outgoing) {
        other = far;
        path = outgoing;
    }

    /** Whether what arrives here has taken {@code way}. */
    boolean comesFrom(Path way) {
        return other != null && way.equals(other.path);
    }

    boolean hasEnded() {
        return hasEnded;
    }

    void open(Hello peer) {
        if (hasEnded) {
            return;
        }
        isOpen = true;
        listener.onOpen(this, peer);
        beforeOpen.forEach(frame -> listener.onFrame(this, frame));
        beforeOpen.clear();
    }

    @Override
    public boolean send(ByteBuffer frame) {
        SimLink to = other;
        Path way = path;
        if (!isOpen || to == null || way == null || unsentBytes + frame.remaining() > UNSENT_BYTES_MAX) {
            return false;
        }
        if (frame.remaining() > Frames.BYTES_MAX) {
            throw new WireException("frame of " + frame.remaining() + " bytes is larger than " + Frames.BYTES_MAX);
        }
        if (!machine.isDead()) {
            network.sends(machine, frame);
        }
        if (isStalled || way.isCut()) {
            stall();
            return true;
        }
        ByteBuffer copy = ByteBuffer.allocate(frame.remaining())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(frame.duplicate())
                .flip();
        boolean isRaft = copy.get(0) == FrameKind.RAFT;
        if (isRaft && way.isEchoing() && network.randomness().below(5) == 0) {
            network.echo(way, machine, copy.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        }
        if (isRaft && way.isShaky()) {
            sendShaky(to, way, copy);
        } else {
            sendInOrder(to, way, copy);
        }
        return true;
    }

    private void sendInOrder(SimLink to, Path way, ByteBuffer frame) {
        long now = network.world().nanos();
        int bytes = frame.remaining();
        unsentBytes += bytes;
        lastArrivalNanos = Math.max(lastArrivalNanos + 1, way.arrivalNanos(now, bytes, network.delay()));
        to.machine.after(lastArrivalNanos - now, " frame", () -> {
            unsentBytes -= bytes;
            to.receive(frame);
        });
    }

    /** One in ten is lost, one in ten arrives twice, two in ten are overtaken by later ones. */
    private void sendShaky(SimLink to, Path way, ByteBuffer frame) {
        Randomness chance = network.randomness();
        long fate = chance.below(10);
        if (fate == 0) {
            return;
        }
        if (fate >= 4) {
            sendInOrder(to, way, frame);
            return;
        }
        if (fate == 1) {
            sendInOrder(to, way, frame.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        }
        to.machine.after(chance.below(OVERTAKEN_NANOS_MAX), " stray-frame", () -> to.receive(frame));
    }

    void receive(ByteBuffer frame) {
        if (hasEnded) {
            return;
        }
        if (isOpen) {
            listener.onFrame(this, frame);
        } else {
            beforeOpen.add(frame);
        }
    }

    /** What is sent into a cut is lost with the connection, which ends when keep-alive notices. */
    private void stall() {
        if (!isStalled) {
            isStalled = true;
            network.world().after(KEEP_ALIVE_NANOS, "keep-alive", () -> breakBoth("nothing heard for 8 s"));
        }
    }

    void breakBoth(String reason) {
        SimLink far = other;
        machine.after(0, " break", () -> end(reason));
        if (far != null) {
            far.machine.after(network.delay(), " break", () -> far.end(reason));
        }
    }

    /** The process of this end is dead: nobody here hears of anything; the other end sees it {@code nanos} later. */
    void abandon(long nanos) {
        SimLink far = other;
        hasEnded = true;
        isOpen = false;
        network.forget(this);
        if (far != null) {
            far.machine.after(nanos, " break", () -> far.end("connection reset by peer"));
        }
    }

    void end(String reason) {
        if (hasEnded) {
            return;
        }
        hasEnded = true;
        isOpen = false;
        network.forget(this);
        listener.onClose(this, reason);
    }

    @Override
    public boolean isWritable() {
        return isOpen && unsentBytes < UNSENT_BYTES_MAX / 2;
    }

    @Override
    public long unsentBytes() {
        return unsentBytes;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public void close() {
        breakBoth("closed");
    }

    @Override
    public Address remote() {
        return remote;
    }
}
