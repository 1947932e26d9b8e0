package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.CompletionCommand;
import dev.cleave.placement.ctl.command.KvCommands;
import dev.cleave.placement.ctl.command.OperatorCommands;
import dev.cleave.placement.ctl.command.RegionCommands;
import dev.cleave.placement.ctl.command.StatusCommand;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import java.io.BufferedWriter;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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
        footer = {
            "",
            "Start with: cleave playground",
            "",
            "Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 cluster unreachable, 4 not found, 5 outcome unknown, 6 refused by a safety"
                    + " check."
        })
public final class Cleave {
    private static final String COMPLETION = "completion";
    private static final Set<String> LOOKING_AT_ALL = Set.of(COMPLETION, "kv shell");

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of what failed; also CLEAVE_DEBUG=1")
    private boolean isDebug;

    /** In the order in which they are listed. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("playground", PlaygroundCommand.class);
        COMMANDS.put("pd", PlacementCommand.class);
        COMMANDS.put("store", StoreCommand.class);
        COMMANDS.put("status", StatusCommand.class);
        COMMANDS.put("kv", KvCommands.class);
        COMMANDS.put("region", RegionCommands.class);
        COMMANDS.put("operator", OperatorCommands.class);
        COMMANDS.put("config", ConfigCommands.class);
        COMMANDS.put(COMPLETION, CompletionCommand.class);
        COMMANDS.put("bench", BenchCommand.class);
        COMMANDS.put("lay-out", LayOutCommand.class);
    }

    private final Supplier<StopSignal> stopSignals;

    private Cleave(Supplier<StopSignal> stopSignals) {
        this.stopSignals = stopSignals;
    }

    public static void main(String[] arguments) {
        CommandLine commands =
                commandLine(new Cleave(StopSignal::install), wanted(arguments), writer(System.out), writer(System.err));
        int code = commands.execute(arguments);
        commands.getOut().flush();
        commands.getErr().flush();
        // Not all libraries under the servers use daemon threads only.
        System.exit(code);
    }

    /** All commands, printing where they are told to, inside a program that keeps its signals to itself. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return commandLine(new Cleave(StopSignal::never), COMMANDS.keySet(), out, err);
    }

    /**
     * The commands that these arguments may concern: to read the annotations of all takes half the time of a short command. All, where the first word
     * is none of them, or where a command looks at the others.
     */
    static Set<String> wanted(String... arguments) {
        String first = arguments.length > 0 ? arguments[0] : "";
        String both = arguments.length > 1 ? first + " " + arguments[1] : first;
        boolean isOne =
                COMMANDS.containsKey(first) && !LOOKING_AT_ALL.contains(first) && !LOOKING_AT_ALL.contains(both);
        if (first.equals("--version")) {
            return Set.of();
        }
        return isOne ? Set.of(first) : COMMANDS.keySet();
    }

    private static CommandLine commandLine(Cleave root, Set<String> wanted, PrintWriter out, PrintWriter err) {
        CommandLine commands = new CommandLine(root);
        COMMANDS.forEach((name, command) -> {
            if (wanted.contains(name)) {
                commands.addSubcommand(name, command);
            }
        });
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
