package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.launch.config.PlacementRegistry;
import dev.cleave.placement.ctl.launch.config.Server;
import dev.cleave.placement.ctl.launch.config.Settings;
import dev.cleave.placement.ctl.launch.process.Logging;
import dev.cleave.placement.ctl.launch.process.PlacementProcess;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cleave pd}: runs a placement driver until it is told to stop. */
@Command(
        name = "pd",
        description = "Runs a placement driver.",
        mixinStandardHelpOptions = true,
        footer =
                "Every setting may stand in the file of --config, and in the environment as CLEAVE_PD_NAME; a flag wins over the environment, that over the file.")
public final class PlacementCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "Its own directory, made if missing.")
    private @Nullable String data;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where stores, clients and tools reach it. Default: 127.0.0.1:2379")
    private @Nullable String listen;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Where its HTTP API is. Default: 127.0.0.1:2380")
    private @Nullable String http;

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "What others are told to reach it by, if that is not --listen.")
    private @Nullable String advertise;

    @Option(names = "--config", paramLabel = "FILE.toml", description = "A file with settings.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Any other setting; may be repeated. All of them: cleave config example pd")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--stop-at-end-of-input", hidden = true)
    private boolean stopsAtEndOfInput;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PlacementSettings settings = settings();
        Logging.forServer();
        StopSignal stop = Cleave.stopSignal(spec);
        if (stopsAtEndOfInput) {
            stop.alsoAtEndOfInput();
        }
        return ServerRun.untilStopped(() -> PlacementProcess.start(settings), stop);
    }

    private PlacementSettings settings() {
        Map<String, @Nullable String> flags = new LinkedHashMap<>();
        flags.put("data", data);
        flags.put("listen", listen);
        flags.put("http", http);
        flags.put("advertise", advertise);
        return PlacementRegistry.settings(Settings.of(Server.PD, config, System.getenv(), Settings.flags(flags, set)));
    }
}
