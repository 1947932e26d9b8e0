package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.placement.ctl.launch.config.Settings;
import dev.cleave.region.store.StoreMemory;
import dev.cleave.region.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A store as a person configures it.
 *
 * @param advertise what others are told to reach it by, if that is not where it listens
 * @param memory what the whole process may take
 * @param nodesInProcess how many nodes share this JVM, and its memory
 * @param eventLoops threads for its network
 * @param shown the settings as they were given, for {@code GET /config}; empty if it was not configured by a person
 */
public record StoreSettings(
        Path data,
        List<Address> placement,
        Address listen,
        Address http,
        Optional<Address> advertise,
        StoreMemory memory,
        int nodesInProcess,
        StoreOptions options,
        LogOptions log,
        WireOptions wire,
        int eventLoops,
        HttpOptions httpOptions,
        List<Settings.Shown> shown) {
    private static final int EVENT_LOOPS = 2;

    public StoreSettings {
        placement = List.copyOf(placement);
        shown = List.copyOf(shown);
        Advertised.check("this store", listen, advertise);
    }

    /** With the defaults for all else. */
    public static StoreSettings of(Path data, List<Address> placement, Address listen, Address http) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                Optional.empty(),
                StoreMemory.defaults(),
                1,
                StoreOptions.defaults(),
                LogOptions.defaults(),
                WireOptions.defaults(),
                EVENT_LOOPS,
                HttpOptions.defaults(),
                List.of());
    }

    /** Where its HTTP server is, as others are told: the advertised host if it listens on all. */
    Address httpAdvertised(int port) {
        String host = Advertised.isAnyHost(http) ? advertise.orElse(listen).host() : http.host();
        return new Address(host, port);
    }

    public StoreSettings withAdvertise(Optional<Address> address) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                address,
                memory,
                nodesInProcess,
                options,
                log,
                wire,
                eventLoops,
                httpOptions,
                shown);
    }

    public StoreSettings withMemory(StoreMemory other) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                advertise,
                other,
                nodesInProcess,
                options,
                log,
                wire,
                eventLoops,
                httpOptions,
                shown);
    }

    public StoreSettings withNodesInProcess(int nodes) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                advertise,
                memory,
                nodes,
                options,
                log,
                wire,
                eventLoops,
                httpOptions,
                shown);
    }

    public StoreSettings withOptions(StoreOptions other) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                advertise,
                memory,
                nodesInProcess,
                other,
                log,
                wire,
                eventLoops,
                httpOptions,
                shown);
    }

    public StoreSettings withLog(LogOptions other) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                advertise,
                memory,
                nodesInProcess,
                options,
                other,
                wire,
                eventLoops,
                httpOptions,
                shown);
    }

    public StoreSettings withWire(WireOptions other, int loops) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                advertise,
                memory,
                nodesInProcess,
                options,
                log,
                other,
                loops,
                httpOptions,
                shown);
    }

    public StoreSettings withHttp(HttpOptions other) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                advertise,
                memory,
                nodesInProcess,
                options,
                log,
                wire,
                eventLoops,
                other,
                shown);
    }

    public StoreSettings withShown(List<Settings.Shown> settings) {
        return new StoreSettings(
                data,
                placement,
                listen,
                http,
                advertise,
                memory,
                nodesInProcess,
                options,
                log,
                wire,
                eventLoops,
                httpOptions,
                settings);
    }
}
