package dev.cleave.region.store;

import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.WireOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store as a person configures it.
 *
 * @param dataDirectory its own directory, made if missing
 * @param placement wire addresses of the placement driver's members
 * @param listen where clients and other stores reach it; port 0 for any free one
 * @param advertised the address that others are told; null for the one it is bound to (needed behind 0.0.0.0)
 * @param http where its HTTP server answers; only told to others
 * @param engineBytes memory of its engine: caches and write buffers
 * @param eventLoops threads for the network
 */
public record StoreConfig(
        Path dataDirectory,
        List<Address> placement,
        Address listen,
        @Nullable Address advertised,
        Address http,
        long engineBytes,
        int eventLoops,
        StoreOptions options,
        LogOptions log,
        WireOptions wire) {
    private static final long ENGINE_BYTES = 128L << 20;

    public StoreConfig {
        placement = List.copyOf(placement);
    }

    public static StoreConfig of(Path dataDirectory, List<Address> placement, Address listen, Address http) {
        return new StoreConfig(
                dataDirectory,
                placement,
                listen,
                null,
                http,
                ENGINE_BYTES,
                2,
                StoreOptions.defaults(),
                LogOptions.defaults(),
                WireOptions.defaults());
    }

    public StoreConfig withAdvertised(@Nullable Address address) {
        return new StoreConfig(
                dataDirectory, placement, listen, address, http, engineBytes, eventLoops, options, log, wire);
    }

    public StoreConfig withEngineBytes(long bytes) {
        return new StoreConfig(
                dataDirectory, placement, listen, advertised, http, bytes, eventLoops, options, log, wire);
    }

    public StoreConfig withMemory(StoreMemory memory) {
        return withEngineBytes(memory.engineBytes()).withOptions(options.withMemory(memory));
    }

    public StoreConfig withOptions(StoreOptions other) {
        return new StoreConfig(
                dataDirectory, placement, listen, advertised, http, engineBytes, eventLoops, other, log, wire);
    }

    public StoreConfig withWire(WireOptions other, int loops) {
        return new StoreConfig(
                dataDirectory, placement, listen, advertised, http, engineBytes, loops, options, log, other);
    }

    public StoreConfig withLog(LogOptions other) {
        return new StoreConfig(
                dataDirectory, placement, listen, advertised, http, engineBytes, eventLoops, options, other, wire);
    }
}
