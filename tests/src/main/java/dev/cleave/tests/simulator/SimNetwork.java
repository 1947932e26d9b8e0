package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Frames;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.engine.wire.WireException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Links between machines as TCP gives them: frames in order or not at all, delays with a tail, connections refused, silence behind a cut and its end
 * by keep-alive, resets by chance. Cuts may be one-way.
 */
public final class SimNetwork {
    private static final long DELAY_NANOS_MIN = 50_000;
    private static final long DELAY_NANOS_MAX = 500_000;
    private static final long TAIL_NANOS_MAX = 30_000_000;
    private static final long CONNECT_TIMEOUT_NANOS = 3_000_000_000L;
    private static final long KEEP_ALIVE_NANOS = 8_000_000_000L;
    private static final int UNSENT_BYTES_MAX = 64 << 20;

    private final World world;
    private final Randomness randomness;
    private final Map<Address, Port> ports = new TreeMap<>();
    private final List<SimLink> links = new ArrayList<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final Map<String, Long> slow = new TreeMap<>();
    private BiConsumer<String, ByteBuffer> sent = (host, frame) -> {};
    private long frames;

    public SimNetwork(World world) {
        this.world = world;
        this.randomness = world.randomness().fork();
    }

    /** The network as seen from one machine. */
    public Network on(Machine machine) {
        return new Side(machine);
    }

    public long frames() {
        return frames;
    }

    /** Stops what {@code from} sends from reaching {@code to}. Names are those of hosts. */
    public void cut(String from, String to) {
        cuts.add(from + ">" + to);
    }

    public void cutBothWays(String one, String other) {
        cut(one, other);
        cut(other, one);
    }

    /** Makes everything from {@code from} to {@code to} take longer. */
    void slow(String from, String to, long nanos) {
        slow.put(from + ">" + to, nanos);
    }

    /** Shows each frame, with the host it leaves, before it is on its way. */
    void onSend(BiConsumer<String, ByteBuffer> watcher) {
        sent = watcher;
    }

    public void healAll() {
        slow.clear();
        cuts.clear();
    }

    public boolean hasCuts() {
        return !cuts.isEmpty();
    }

    private boolean isCut(String from, String to) {
        return cuts.contains(from + ">" + to);
    }

    /** Breaks one open link by chance, as a reset does; false if there is none. */
    public boolean resetOneLink(Randomness chance) {
        List<SimLink> open = links.stream().filter(link -> link.isOpen).toList();
        if (open.isEmpty()) {
            return false;
        }
        open.get((int) chance.below(open.size())).breakBoth("connection reset");
        return true;
    }

    /** The machine is gone: its peers see their links end. */
    public void died(Machine machine) {
        ports.values().removeIf(port -> port.machine.equals(machine));
        for (SimLink link : new ArrayList<>(links)) {
            if (link.machine.equals(machine)) {
                link.breakBoth("connection reset by peer");
            }
        }
    }

    private long delay() {
        boolean isTail = randomness.below(200) == 0;
        return randomness.between(DELAY_NANOS_MIN, isTail ? TAIL_NANOS_MAX : DELAY_NANOS_MAX);
    }

    private record Port(Machine machine, Supplier<Hello> self, LinkListener listener) {}

    /** One machine's face of the network. */
    private final class Side implements Network {
        private final Machine machine;

        Side(Machine machine) {
            this.machine = machine;
        }

        @Override
        public Endpoint listen(Address at, Supplier<Hello> self, LinkListener listener) {
            if (ports.containsKey(at)) {
                throw new WireException("cannot listen on " + at + ": in use");
            }
            ports.put(at, new Port(machine, self, listener));
            return new Endpoint() {
                @Override
                public Address address() {
                    return at;
                }

                @Override
                public void close() {
                    ports.remove(at);
                }
            };
        }

        @Override
        public Link connect(Address to, Supplier<Hello> self, LinkListener listener) {
            SimLink near = new SimLink(machine, to, listener);
            links.add(near);
            machine.after(delay(), " connect", () -> arrive(near, to, self));
            return near;
        }

        private void arrive(SimLink near, Address to, Supplier<Hello> self) {
            boolean isSilent = isCut(machine.name(), to.host()) || isCut(to.host(), machine.name());
            if (isSilent) {
                machine.after(CONNECT_TIMEOUT_NANOS, " connect-timeout", () -> near.end("connect timed out"));
                return;
            }
            Port port = ports.get(to);
            if (port == null || port.machine.isDead()) {
                near.end("connection refused by " + to);
                return;
            }
            if (near.hasEnded) {
                return;
            }
            SimLink far = new SimLink(port.machine, new Address(machine.name(), 1), port.listener);
            links.add(far);
            near.other = far;
            far.other = near;
            Hello hello = self.get();
            port.machine.after(delay(), " accept", () -> far.open(hello));
            machine.after(2 * delay(), " connected", () -> near.open(port.self.get()));
        }

        @Override
        public void close() {
            ports.values().removeIf(port -> port.machine.equals(machine));
            for (SimLink link : new ArrayList<>(links)) {
                if (link.machine.equals(machine)) {
                    link.close();
                }
            }
        }
    }

    /** One end of a connection. */
    private final class SimLink implements Link {
        private final Machine machine;
        private final Address remote;
        private final LinkListener listener;
        private @Nullable SimLink other;
        private boolean isOpen;
        private boolean hasEnded;
        private long lastArrivalNanos;
        private int unsentBytes;
        private boolean isStalled;
        private final List<ByteBuffer> beforeOpen = new ArrayList<>();

        SimLink(Machine machine, Address remote, LinkListener listener) {
            this.machine = machine;
            this.remote = remote;
            this.listener = listener;
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
            if (!isOpen || to == null || unsentBytes + frame.remaining() > UNSENT_BYTES_MAX) {
                return false;
            }
            if (frame.remaining() > Frames.BYTES_MAX) {
                throw new WireException("frame of " + frame.remaining() + " bytes is larger than " + Frames.BYTES_MAX);
            }
            if (!machine.isDead()) {
                sent.accept(machine.name(), frame);
            }
            if (isStalled || isCut(machine.name(), to.machine.name())) {
                stall();
                return true;
            }
            ByteBuffer copy = ByteBuffer.allocate(frame.remaining())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(frame.duplicate())
                    .flip();
            int bytes = copy.remaining();
            unsentBytes += bytes;
            lastArrivalNanos = Math.max(
                    lastArrivalNanos + 1,
                    world.nanos() + delay() + bytes + slow.getOrDefault(machine.name() + ">" + to.machine.name(), 0L));
            to.machine.after(lastArrivalNanos - world.nanos(), " frame", () -> {
                unsentBytes -= bytes;
                to.receive(copy);
            });
            return true;
        }

        private void receive(ByteBuffer frame) {
            if (hasEnded) {
                return;
            }
            frames++;
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
                world.after(KEEP_ALIVE_NANOS, "keep-alive", () -> breakBoth("nothing heard for 8 s"));
            }
        }

        void breakBoth(String reason) {
            SimLink far = other;
            machine.after(0, " break", () -> end(reason));
            if (far != null) {
                far.machine.after(delay(), " break", () -> far.end(reason));
            }
        }

        private void end(String reason) {
            if (hasEnded) {
                return;
            }
            hasEnded = true;
            isOpen = false;
            links.remove(this);
            listener.onClose(this, reason);
        }

        @Override
        public boolean isWritable() {
            return isOpen && unsentBytes < UNSENT_BYTES_MAX / 2;
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
}
