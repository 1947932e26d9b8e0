package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.store.StoreMemory;
import dev.cleave.region.store.gate.ReadMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A store as a person configures it.
 *
 * @param advertise what others are told to reach it by, if that is not where it listens
 * @param isSynced false acknowledges writes that are not on disk yet: a power cut loses them
 * @param reads how reads are made linearizable
 * @param memory what the whole process may take
 * @param nodesInProcess how many nodes share this JVM, and its memory
 */
public record StoreSettings(
        Path data,
        List<Address> placement,
        Address listen,
        Address http,
        Optional<Address> advertise,
        boolean isSynced,
        ReadMode reads,
        StoreMemory memory,
        int nodesInProcess) {
    public StoreSettings {
        placement = List.copyOf(placement);
        Advertised.check("this store", listen, advertise);
    }

    /** Where its HTTP server is, as others are told: the advertised host if it listens on all. */
    Address httpAdvertised(int port) {
        String host = Advertised.isAnyHost(http) ? advertise.orElse(listen).host() : http.host();
        return new Address(host, port);
    }
}
