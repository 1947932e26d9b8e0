package dev.cleave.region.store.cluster;

import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.MemoryNetwork;
import dev.cleave.engine.wire.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One host's network, which may be cut off: links to and from an isolated host end, and new ones find nobody. */
final class CutNetwork implements Network {
    private static final Address NOWHERE = new Address("nowhere", 1);

    private final MemoryNetwork network;
    private final String host;
    private final Set<String> isolated;
    private final List<Dialled> dialled = new ArrayList<>();

    private record Dialled(String host, Link link) {}

    /**
     * @param isolated the hosts that are cut off now, shared by all
     */
    CutNetwork(MemoryNetwork network, String host, Set<String> isolated) {
        this.network = network;
        this.host = host;
        this.isolated = isolated;
    }

    /** Ends the links that lead through a cut. */
    void sever() {
        List<Dialled> open = List.copyOf(dialled);
        dialled.clear();
        for (Dialled each : open) {
            if (isCut(each.host)) {
                each.link.close();
            } else if (each.link.isOpen()) {
                dialled.add(each);
            }
        }
    }

    private boolean isCut(String other) {
        return isolated.contains(host) || isolated.contains(other);
    }

    @Override
    public Endpoint listen(Address at, Supplier<Hello> self, LinkListener listener) {
        return network.listen(at, self, listener);
    }

    @Override
    public Link connect(Address to, Supplier<Hello> self, LinkListener listener) {
        Link link = network.connect(isCut(to.host()) ? NOWHERE : to, self, listener);
        dialled.add(new Dialled(to.host(), link));
        return link;
    }

    @Override
    public void close() {
        network.close();
    }
}
