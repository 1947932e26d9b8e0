package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.CompletionCommand;
import dev.cleave.placement.ctl.command.KvCommands;
import dev.cleave.placement.ctl.command.OperatorCommands;
import dev.cleave.placement.ctl.command.RegionCommands;
import dev.cleave.placement.ctl.command.StatusCommand;
import dev.cleave.placement.ctl.launch.process.Logging;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import java.io.BufferedWriter;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code cleave}: the root of all commands, and main. */
@Command(
        name = "cleave",
        description = "A range-sharded, replicated, ordered key-value store.",
        mixinStandardHelpOptions = true,
        versionProvider = Cleave.Version.class,
        subcommands = {
            PlaygroundCommand.class,
            PlacementCommand.class,
            StoreCommand.class,
            StatusCommand.class,
            KvCommands.class,
            RegionCommands.class,
            OperatorCommands.class,
            ConfigCommands.class,
            CompletionCommand.class,
            BenchCommand.class
        },
        footer = {
            "",
            "Start with: cleave playground",
            "",
            "Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 cluster unreachable, 4 not found, 5 outcome unknown, 6 refused by a safety"
                    + " check."
        })
public final class Cleave {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of what failed; also CLEAVE_DEBUG=1")
    private boolean isDebug;

    private final Supplier<StopSignal> stopSignals;

    private Cleave(Supplier<StopSignal> stopSignals) {
        this.stopSignals = stopSignals;
    }

    public static void main(String[] arguments) {
        Logging.forCommands();
        CommandLine commands = commandLine(new Cleave(StopSignal::install), writer(System.out), writer(System.err));
        int code = commands.execute(arguments);
        commands.getOut().flush();
        commands.getErr().flush();
        // Not all libraries under the servers use daemon threads only.
        System.exit(code);
    }

    /** All commands, printing where they are told to, inside a program that keeps its signals to itself. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return commandLine(new Cleave(StopSignal::never), out, err);
    }

    private static CommandLine commandLine(Cleave root, PrintWriter out, PrintWriter err) {
        CommandLine commands = new CommandLine(root);
        commands.setOut(out);
        commands.setErr(err);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.registerConverter(long.class, new Ids());
        commands.setParameterExceptionHandler(Problems::wrongUsage);
        commands.setExecutionExceptionHandler(
                (failure, command, parsed) -> Problems.failed(failure, command, root.wantsTraces()));
        return commands;
    }

    /** The wish to stop, as the command of {@code spec} will hear it. */
    static StopSignal stopSignal(CommandSpec spec) {
        return ((Cleave) spec.root().userObject()).stopSignals.get();
    }

    private boolean wantsTraces() {
        String debug = System.getenv("CLEAVE_DEBUG");
        return isDebug || (debug != null && !debug.isEmpty() && !debug.equals("0"));
    }

    private static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)));
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Cleave.class.getPackage().getImplementationVersion();
            return new String[] {"cleave " + (version == null ? "development" : version)};
        }
    }
}
