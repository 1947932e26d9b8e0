package dev.cleave.tests.simulator;

import dev.cleave.engine.base.LoopThread;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.engine.wire.WireException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Links between machines as TCP gives them: frames in order or not at all, delays with a tail, connections refused, silence behind a cut and its end
 * by keep-alive, resets by chance. What is done to the {@link Path}s between hosts comes on top; each way of harming them returns how to heal just that.
 */
public final class SimNetwork {
    private static final long DELAY_NANOS_MIN = 50_000;
    private static final long DELAY_NANOS_MAX = 500_000;
    private static final long TAIL_NANOS_MAX = 30_000_000;
    private static final long CONNECT_TIMEOUT_NANOS = 3_000_000_000L;
    /** How long what a dead process has sent may still arrive, while its next life has begun already. */
    private static final long LINGER_NANOS_MAX = 2_000_000_000L;

    private final World world;
    private final Randomness randomness;
    private final Map<Address, Port> ports = new TreeMap<>();
    private final List<SimLink> links = new ArrayList<>();
    private final Map<String, Path> paths = new TreeMap<>();
    /** Where connections land that are meant for somebody else. */
    private final Map<Address, Address> strayed = new TreeMap<>();

    private BiConsumer<String, ByteBuffer> sent = (host, frame) -> {};
    private Consumer<String> seen = what -> {};
    private long healings;

    public SimNetwork(World world) {
        this.world = world;
        this.randomness = world.randomness().fork();
    }

    /** The network as seen from one machine. */
    public Network on(Machine machine) {
        return new Side(machine);
    }

    World world() {
        return world;
    }

    /** Shows each frame, with the host it leaves, before it is on its way. */
    void onSend(BiConsumer<String, ByteBuffer> watcher) {
        sent = watcher;
    }

    /** Who counts rare things. */
    void onRare(Consumer<String> counter) {
        seen = counter;
    }

    void sends(Machine machine, ByteBuffer frame) {
        sent.accept(machine.name(), frame);
    }

    Path path(String from, String to) {
        return paths.computeIfAbsent(from + ">" + to, any -> new Path(from, to));
    }

    /** Stops what {@code from} sends from reaching {@code to}. Names are those of hosts. */
    Runnable cut(String from, String to) {
        Path path = path(from, to);
        path.cut();
        return unlessHealed(path::join);
    }

    Runnable cutBothWays(String one, String other) {
        Runnable there = cut(one, other);
        Runnable back = cut(other, one);
        return () -> {
            there.run();
            back.run();
        };
    }

    /** Makes everything from {@code from} to {@code to} take longer. */
    Runnable slow(String from, String to, long nanos) {
        return harm(from, to, path -> path.slow(nanos), path -> path.slow(0));
    }

    /** Does something to a path until it is healed. */
    Runnable harm(String from, String to, Consumer<Path> harm, Consumer<Path> heal) {
        Path path = path(from, to);
        harm.accept(path);
        return unlessHealed(() -> heal.accept(path));
    }

    /** Connections to {@code meant} land at {@code instead}. */
    Runnable misroute(Address meant, Address instead) {
        strayed.put(meant, instead);
        return () -> strayed.remove(meant);
    }

    private Runnable unlessHealed(Runnable heal) {
        long then = healings;
        boolean[] isDone = {false};
        return () -> {
            if (healings == then && !isDone[0]) {
                isDone[0] = true;
                heal.run();
            }
        };
    }

    void healAll() {
        healings++;
        strayed.clear();
        paths.values().forEach(Path::heal);
    }

    /** Breaks one open link by chance, as a reset does; false if there is none. */
    boolean resetOneLink(Randomness chance) {
        List<SimLink> open = links.stream().filter(SimLink::isOpen).toList();
        if (open.isEmpty()) {
            return false;
        }
        open.get((int) chance.below(open.size())).breakBoth("connection reset");
        return true;
    }

    /** Breaks every link that was opened to {@code address}. */
    void resetLinksTo(Address address) {
        List.copyOf(links).stream()
                .filter(link -> link.isOpen() && link.remote().equals(address))
                .forEach(link -> link.breakBoth("connection reset"));
    }

    /** The machine is gone: its peers see their links end, some only after what was on its way has arrived. */
    public void died(Machine machine) {
        ports.values().removeIf(port -> port.machine.equals(machine));
        for (SimLink link : new ArrayList<>(links)) {
            if (link.machine().equals(machine)) {
                boolean isLingering = randomness.below(4) == 0;
                link.abandon(isLingering ? randomness.below(LINGER_NANOS_MAX) : delay());
            }
        }
    }

    /** A copy of a frame comes late, on whichever link there is by then; its sender may have another life. */
    void echo(Path path, Machine sender, ByteBuffer frame) {
        world.after(randomness.between(10_000_000L, 4_000_000_000L), "echo", () -> {
            for (SimLink link : links) {
                if (link.isOpen() && link.comesFrom(path)) {
                    seen.accept(sender.isDead() ? "frame-of-former-life-arrived" : "frame-arrived-again");
                    link.machine().after(0, " echo", () -> link.receive(frame));
                    return;
                }
            }
        });
    }

    /** A frame that its sender knows nothing of arrives on the link between two hosts; it is lost if there is none. */
    void slipIn(String from, String to, ByteBuffer frame) {
        Path path = path(from, to);
        for (SimLink link : links) {
            if (link.isOpen() && !path.isCut() && link.comesFrom(path)) {
                link.machine().after(delay(), " order", () -> link.receive(frame));
                return;
            }
        }
    }

    void forget(SimLink link) {
        links.remove(link);
    }

    Randomness randomness() {
        return randomness;
    }

    long delay() {
        boolean isTail = randomness.below(200) == 0;
        return randomness.between(DELAY_NANOS_MIN, isTail ? TAIL_NANOS_MAX : DELAY_NANOS_MAX);
    }

    private record Port(Machine machine, Supplier<Hello> self, LinkListener listener) {}

    /** One machine's face of the network. */
    private final class Side implements Network {
        private static final long AFTERWARDS_STEP_NANOS = 300_000;

        private final Machine machine;
        private long asked;

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
            SimLink near = new SimLink(SimNetwork.this, machine, to, listener);
            links.add(near);
            machine.after(delay(), " connect", () -> arrive(near, to, self));
            return near;
        }

        /** Every other time there is one, which gets to it at once or a while later. */
        @Override
        public @Nullable LoopThread here() {
            asked++;
            long delay = asked % 5 * AFTERWARDS_STEP_NANOS;
            return asked % 2 == 0
                    ? null
                    : task -> {
                        machine.after(delay, " afterwards", task);
                        return true;
                    };
        }

        private void arrive(SimLink near, Address meant, Supplier<Hello> self) {
            Address to = strayed.getOrDefault(meant, meant);
            Path there = path(machine.name(), to.host());
            Path back = path(to.host(), machine.name());
            if (there.isCut() || back.isCut()) {
                machine.after(CONNECT_TIMEOUT_NANOS, " connect-timeout", () -> near.end("connect timed out"));
                return;
            }
            Port port = ports.get(to);
            if (port == null || port.machine.isDead()) {
                near.end("connection refused by " + to);
                return;
            }
            if (near.hasEnded()) {
                return;
            }
            if (!to.equals(meant)) {
                seen.accept("connection-went-astray");
            }
            SimLink far = new SimLink(SimNetwork.this, port.machine, new Address(machine.name(), 1), port.listener);
            links.add(far);
            near.pair(far, there);
            far.pair(near, back);
            Hello hello = self.get();
            port.machine.after(delay(), " accept", () -> far.open(hello));
            machine.after(2 * delay(), " connected", () -> near.open(port.self.get()));
        }

        @Override
        public void close() {
            ports.values().removeIf(port -> port.machine.equals(machine));
            for (SimLink link : new ArrayList<>(links)) {
                if (link.machine().equals(machine)) {
                    link.close();
                }
            }
        }
    }
}
