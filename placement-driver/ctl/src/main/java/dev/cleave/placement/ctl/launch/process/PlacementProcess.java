package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.PlacementConfig;
import dev.cleave.placement.server.PlacementServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running placement driver with its HTTP API. */
public final class PlacementProcess implements ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementProcess.class);

    private final PlacementServer server;

    private PlacementProcess(PlacementServer server) {
        this.server = server;
    }

    /**
     * Starts it; it listens when this returns.
     *
     * @throws dev.cleave.placement.ctl.command.CommandFailure if it cannot start, in words
     */
    public static PlacementProcess start(PlacementSettings settings) {
        Starting.checkDirectory(settings.data());
        PlacementConfig config = PlacementConfig.of(settings.data(), settings.listen(), settings.http())
                .withOptions(settings.options())
                .withLog(settings.log())
                .withWire(settings.wire())
                .withHttp(settings.httpOptions());
        PlacementConfig advertised =
                settings.advertise().map(config::withAdvertised).orElse(config);
        return Starting.explained(() -> {
            PlacementProcess process = new PlacementProcess(
                    PlacementServer.open(advertised, new Fatal("placement driver"), ConfigRoute.of(settings.shown())));
            LOG.info("event=ready role=pd listen={} http={}", process.server.address(), settings.http());
            return process;
        });
    }

    /** Where it listens. */
    public Address address() {
        return server.address();
    }

    @Override
    public void close() {
        LOG.info("event=stopping role=pd");
        server.close();
        LOG.info("event=stopped role=pd");
    }
}
