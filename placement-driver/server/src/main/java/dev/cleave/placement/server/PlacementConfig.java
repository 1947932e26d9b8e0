package dev.cleave.placement.server;

import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.raft.RaftConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A placement driver as a person configures it.
 *
 * @param dataDirectory its own directory, made if missing
 * @param listen where stores, clients and tools reach it; port 0 for any free one
 * @param advertised the address that others are told; null for the one it is bound to (needed behind 0.0.0.0)
 * @param http where its HTTP API listens; null for none
 * @param engineBytes memory of its engine: the catalog is small
 * @param httpOptions bounds and deadlines of the HTTP API
 */
public record PlacementConfig(
        Path dataDirectory,
        Address listen,
        @Nullable Address advertised,
        @Nullable Address http,
        long engineBytes,
        PlacementOptions options,
        RaftConfig raft,
        LogOptions log,
        WireOptions wire,
        HttpOptions httpOptions) {
    private static final long ENGINE_BYTES = 16L << 20;

    public static PlacementConfig of(Path dataDirectory, Address listen, @Nullable Address http) {
        return new PlacementConfig(
                dataDirectory,
                listen,
                null,
                http,
                ENGINE_BYTES,
                PlacementOptions.defaults(),
                RaftConfig.defaults(),
                LogOptions.defaults(),
                WireOptions.defaults(),
                HttpOptions.defaults());
    }

    public PlacementConfig withAdvertised(Address address) {
        return new PlacementConfig(
                dataDirectory, listen, address, http, engineBytes, options, raft, log, wire, httpOptions);
    }

    public PlacementConfig withOptions(PlacementOptions other) {
        return new PlacementConfig(
                dataDirectory, listen, advertised, http, engineBytes, other, raft, log, wire, httpOptions);
    }

    public PlacementConfig withRaft(RaftConfig other) {
        return new PlacementConfig(
                dataDirectory, listen, advertised, http, engineBytes, options, other, log, wire, httpOptions);
    }

    public PlacementConfig withLog(LogOptions other) {
        return new PlacementConfig(
                dataDirectory, listen, advertised, http, engineBytes, options, raft, other, wire, httpOptions);
    }

    public PlacementConfig withWire(WireOptions other) {
        return new PlacementConfig(
                dataDirectory, listen, advertised, http, engineBytes, options, raft, log, other, httpOptions);
    }

    public PlacementConfig withHttp(HttpOptions other) {
        return new PlacementConfig(
                dataDirectory, listen, advertised, http, engineBytes, options, raft, log, wire, other);
    }
}
