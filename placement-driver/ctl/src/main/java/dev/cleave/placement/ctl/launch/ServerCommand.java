package dev.cleave.placement.ctl.launch;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.placement.ctl.launch.config.Server;
import dev.cleave.placement.ctl.launch.config.Settings;
import dev.cleave.placement.ctl.launch.process.Fatal;
import dev.cleave.placement.ctl.launch.process.Logging;
import dev.cleave.placement.ctl.launch.process.ServerProcess;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that runs a server until it is told to stop. A part that fails ends the process: {@link Fatal}. */
abstract class ServerCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "Its own directory, made if missing.")
    private @Nullable String data;

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
            description = "Any other setting; may be repeated. All of them: cleave config example ${COMMAND-NAME}")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--stop-at-end-of-input", hidden = true)
    private boolean stopsAtEndOfInput;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Its settings that have a flag of their own, beside those of every server; null where not given. */
    abstract Map<String, @Nullable String> flags();

    /** Checks the settings, and tells how to start it with them. */
    abstract Supplier<? extends ServerProcess> starter(Settings settings, FailureListener failures);

    final Integer run(Server server, String process) throws InterruptedException {
        Map<String, @Nullable String> flags = new LinkedHashMap<>();
        flags.put("data", data);
        flags.put("advertise", advertise);
        flags.putAll(flags());
        Supplier<? extends ServerProcess> starter =
                starter(Settings.of(server, config, System.getenv(), Settings.flags(flags, set)), new Fatal(process));
        Logging.forServer();
        StopSignal stop = Cleave.stopSignal(spec);
        if (stopsAtEndOfInput) {
            stop.alsoAtEndOfInput();
        }
        return ServerRun.untilStopped(starter, stop);
    }
}
