package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Timers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * A network within one process, for tests. Everything a listener hears comes as a task of the {@link Timers} handed in, in order, so
 * manual timers make it deterministic. One object is one node: {@link #sibling} makes another node on the same wires, with timers
 * of its own, which may be closed alone. Frames are copied, and unsent bytes bounded, as over TCP; nothing is lost or delayed.
 */
@AnyThread
public final class MemoryNetwork implements Network {
    private static final int FIRST_FREE_PORT = 20_000;

    private final Timers timers;
    private final WireOptions options;
    private final Wires wires;
    private final Set<MemoryEndpoint> endpoints = ConcurrentHashMap.newKeySet();
    private final Set<MemoryLink> dialled = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /** What all siblings share. */
    private static final class Wires {
        final ConcurrentMap<Address, MemoryEndpoint> listening = new ConcurrentHashMap<>();
        final AtomicInteger nextFreePort = new AtomicInteger(FIRST_FREE_PORT);
        final AtomicLong nextLinkNumber = new AtomicLong(1);
    }

    public MemoryNetwork(Timers timers) {
        this(timers, WireOptions.defaults());
    }

    public MemoryNetwork(Timers timers, WireOptions options) {
        this(timers, options, new Wires());
    }

    private MemoryNetwork(Timers timers, WireOptions options, Wires wires) {
        this.timers = timers;
        this.options = options;
        this.wires = wires;
    }

    /** Another node that reaches the same addresses; its listeners are called on {@code itsTimers}. */
    public MemoryNetwork sibling(Timers itsTimers) {
        return new MemoryNetwork(itsTimers, options, wires);
    }

    @Override
    public Endpoint listen(Address at, Supplier<Hello> self, LinkListener listener) {
        if (isClosed) {
            throw new WireException("cannot listen on " + at + ": this network is closed");
        }
        Address bound = at.port() == 0 ? new Address(at.host(), wires.nextFreePort.getAndIncrement()) : at;
        MemoryEndpoint endpoint = new MemoryEndpoint(bound, self, listener);
        if (wires.listening.putIfAbsent(bound, endpoint) != null) {
            throw new WireException(
                    "cannot listen on " + bound + ": the port is in use; stop who holds it or choose another port");
        }
        endpoints.add(endpoint);
        return endpoint;
    }

    @Override
    public Link connect(Address to, Supplier<Hello> self, LinkListener listener) {
        MemoryLink link = new MemoryLink(wires.nextLinkNumber.getAndIncrement(), to, timers, listener, options);
        dialled.add(link);
        link.onEnd(() -> dialled.remove(link));
        timers.execute(() -> dial(link, to, self));
        return link;
    }

    @Override
    public void close() {
        isClosed = true;
        inOrder(endpoints, MemoryEndpoint::order).forEach(MemoryEndpoint::close);
        inOrder(dialled, MemoryLink::number).forEach(link -> link.end("this network was closed"));
    }

    private void dial(MemoryLink link, Address to, Supplier<Hello> self) {
        MemoryEndpoint endpoint = wires.listening.get(to);
        if (isClosed || endpoint == null) {
            link.end("cannot connect to " + to + ": " + (isClosed ? "this network is closed" : "nobody listens there"));
            return;
        }
        endpoint.accept(link, self.get());
    }

    private static <T> List<T> inOrder(Set<T> all, ToLongFunction<T> by) {
        List<T> list = new ArrayList<>(all);
        list.sort(Comparator.comparingLong(by));
        return list;
    }

    private final class MemoryEndpoint implements Endpoint {
        private final Address address;
        private final Supplier<Hello> self;
        private final LinkListener listener;
        private final Set<MemoryLink> links = ConcurrentHashMap.newKeySet();

        MemoryEndpoint(Address address, Supplier<Hello> self, LinkListener listener) {
            this.address = address;
            this.self = self;
            this.listener = listener;
        }

        long order() {
            return address.port();
        }

        void accept(MemoryLink dialler, Hello theirs) {
            if (links.size() >= options.acceptedLinksMax()) {
                dialler.end("refused by " + address + ": too many links, at most " + options.acceptedLinksMax());
                return;
            }
            long number = wires.nextLinkNumber.getAndIncrement();
            Address from = new Address("memory", (int) (number % 65_536));
            MemoryLink accepted = new MemoryLink(number, from, timers, listener, options);
            links.add(accepted);
            accepted.onEnd(() -> links.remove(accepted));
            timers.execute(() -> {
                if (wires.listening.get(address) != this) {
                    dialler.end("cannot connect to " + address + ": nobody listens there");
                    accepted.end("this endpoint was closed");
                    return;
                }
                Hello mine = self.get();
                MemoryLink.join(dialler, accepted, theirs, mine);
            });
        }

        @Override
        public Address address() {
            return address;
        }

        @Override
        public void close() {
            wires.listening.remove(address, this);
            endpoints.remove(this);
            inOrder(links, MemoryLink::number).forEach(link -> link.end("this endpoint was closed"));
        }
    }
}
