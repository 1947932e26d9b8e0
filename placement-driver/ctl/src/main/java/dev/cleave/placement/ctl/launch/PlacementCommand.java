package dev.cleave.placement.ctl.launch;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.placement.ctl.launch.config.PlacementRegistry;
import dev.cleave.placement.ctl.launch.config.Server;
import dev.cleave.placement.ctl.launch.config.Settings;
import dev.cleave.placement.ctl.launch.process.PlacementProcess;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.ctl.launch.process.ServerProcess;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cleave pd}: runs a placement driver until it is told to stop. */
@Command(
        name = "pd",
        description = "Runs a placement driver.",
        mixinStandardHelpOptions = true,
        footer =
                "Every setting may stand in the file of --config, and in the environment as CLEAVE_PD_NAME; a flag wins over the environment, that over the file.")
public final class PlacementCommand extends ServerCommand {
    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where stores, clients and tools reach it. Default: 127.0.0.1:2379")
    private @Nullable String listen;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Where its HTTP API is. Default: 127.0.0.1:2380")
    private @Nullable String http;

    @Override
    public Integer call() throws InterruptedException {
        return run(Server.PD, "placement driver");
    }

    @Override
    Map<String, @Nullable String> flags() {
        Map<String, @Nullable String> flags = new LinkedHashMap<>();
        flags.put("listen", listen);
        flags.put("http", http);
        return flags;
    }

    @Override
    Supplier<ServerProcess> starter(Settings settings, FailureListener failures) {
        PlacementSettings checked = PlacementRegistry.settings(settings);
        return () -> PlacementProcess.start(checked, failures);
    }
}
