package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.store.StoreMemory;
import dev.cleave.region.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * A store as a person configures it.
 *
 * @param placement where the placement driver's members are
 * @param memory what the whole process may take
 * @param nodesInProcess how many nodes share this JVM, and its memory
 * @param eventLoops threads for its network
 */
public record StoreSettings(
        ServerSettings server,
        List<Address> placement,
        StoreMemory memory,
        int nodesInProcess,
        StoreOptions options,
        int eventLoops) {
    /** Threads for its network, unless somebody says otherwise. */
    public static final int EVENT_LOOPS = 2;

    public StoreSettings {
        placement = List.copyOf(placement);
        Advertised.check("this store", server.listen(), server.advertise());
    }

    /** With the defaults for all else. */
    public static StoreSettings of(Path data, List<Address> placement, Address listen, Address http) {
        return new StoreSettings(
                ServerSettings.of(data, listen, http),
                placement,
                StoreMemory.defaults(),
                1,
                StoreOptions.defaults(),
                EVENT_LOOPS);
    }

    /** Where its HTTP server is, as others are told: the advertised host if it listens on all. */
    Address httpAdvertised(int port) {
        boolean isAnyHost = Advertised.isAnyHost(server.http());
        String host = isAnyHost
                ? server.advertise().orElse(server.listen()).host()
                : server.http().host();
        return new Address(host, port);
    }

    public StoreSettings withNodesInProcess(int nodes) {
        return new StoreSettings(server, placement, memory, nodes, options, eventLoops);
    }

    public StoreSettings withOptions(StoreOptions other) {
        return new StoreSettings(server, placement, memory, nodesInProcess, other, eventLoops);
    }
}
