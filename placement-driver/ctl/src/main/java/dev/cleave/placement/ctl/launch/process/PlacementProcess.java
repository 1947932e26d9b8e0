package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.PlacementConfig;
import dev.cleave.placement.server.PlacementServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running placement driver with its HTTP API. What a failed part of it ends is for its host to say: {@link Fatal} ends the process. */
public final class PlacementProcess implements ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementProcess.class);

    private final PlacementServer server;

    private PlacementProcess(PlacementServer server) {
        this.server = server;
    }

    /**
     * Starts it; it listens when this returns.
     *
     * @param failures told when a part of it has failed and it cannot go on, on the thread that failed
     * @throws dev.cleave.placement.ctl.command.CommandFailure if it cannot start, in words
     */
    public static PlacementProcess start(PlacementSettings settings, FailureListener failures) {
        ServerSettings common = settings.server();
        Starting.checkDirectory(common.data());
        Exposure.tell(common);
        PlacementConfig config = PlacementConfig.of(common.data(), common.listen(), common.http())
                .withOptions(settings.options())
                .withLog(common.log())
                .withWire(common.wire())
                .withHttp(common.httpOptions());
        PlacementConfig advertised =
                common.advertise().map(config::withAdvertised).orElse(config);
        return Starting.explained(() -> {
            PlacementProcess process =
                    new PlacementProcess(PlacementServer.open(advertised, failures, ConfigRoute.of(common.shown())));
            LOG.info("event=ready role=pd listen={} http={}", process.server.address(), common.http());
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
