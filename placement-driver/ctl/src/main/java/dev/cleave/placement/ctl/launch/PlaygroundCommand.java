package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.launch.playground.Playground;
import dev.cleave.placement.ctl.launch.playground.PlaygroundOptions;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cleave playground}: the main job on this machine, in one command. */
@Command(
        name = "playground",
        description = {
            "Runs a whole cluster on this machine: loads keys, serves, splits a region and moves it while the load runs, checks everything.",
            "Then it stays up until Ctrl-C, for you to try things from another terminal; its subcommands are for that one."
        },
        subcommands = {
            PlaygroundControlCommands.Status.class,
            PlaygroundControlCommands.Kill.class,
            PlaygroundControlCommands.Start.class,
            PlaygroundControlCommands.AddStore.class
        },
        mixinStandardHelpOptions = true)
public final class PlaygroundCommand implements Callable<Integer> {
    private static final long KEYS = 200_000;
    private static final int VALUE_BYTES = 200;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where data are kept; a second start goes on with them. Default: ./playground-data")
    private @Nullable Path data;

    @Option(names = "--ephemeral", description = "Keep nothing: the data go at the end.")
    private boolean isEphemeral;

    @Option(
            names = "--script",
            description = "Plain lines, and an end with exit code 0 or 1. Automatic when this is no terminal.")
    private boolean isScript;

    @Option(names = "--fast", description = "Less to see: ends within 30 s.")
    private boolean isFast;

    @Option(names = "--processes", description = "One JVM per node, and a kill -9 of a leader on the way.")
    private boolean hasProcesses;

    @Option(names = "--port-base", paramLabel = "N", description = "Use the ports from N on. Default: free ones")
    private @Nullable Integer portBase;

    @Option(names = "--keys", hidden = true)
    private long keys = KEYS;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (portBase != null && (portBase < 1024 || portBase > 65_000)) {
            throw new CommandFailure(ExitCode.USAGE, "--port-base: 1024 to 65000, not " + portBase);
        }
        if (keys < 1_000 || keys > 100_000_000) {
            throw new CommandFailure(ExitCode.USAGE, "--keys: 1000 to 100000000, not " + keys);
        }
        PlaygroundOptions options = new PlaygroundOptions(
                Optional.ofNullable(data),
                isScript || System.console() == null,
                isFast,
                hasProcesses,
                isEphemeral,
                Optional.ofNullable(portBase),
                keys,
                VALUE_BYTES);
        StopSignal stop = Cleave.stopSignal(spec);
        int code = ExitCode.FAILED;
        try {
            code = new Playground(options, spec.commandLine().getOut(), stop).run();
        } finally {
            spec.commandLine().getOut().flush();
            stop.stopped(code);
        }
        return code;
    }
}
