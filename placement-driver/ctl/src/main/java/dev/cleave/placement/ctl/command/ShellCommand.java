package dev.cleave.placement.ctl.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cleave kv shell}: one command after the other, with history and completion on a terminal; without one it reads lines. */
@Command(
        name = "shell",
        description = {
            "Takes one command after the other: those of kv without the word kv (get KEY), all others whole (region list).",
            "On a terminal with history (~/.cleave_history) and completion. help, and quit or Ctrl-D."
        },
        mixinStandardHelpOptions = true)
public final class ShellCommand implements Callable<Integer> {
    private static final String PROMPT = "cleave> ";
    private static final Set<String> NOT_HERE = Set.of("shell", "playground", "pd");

    @Option(
            names = "--pd",
            paramLabel = "HOST:PORT[,...]",
            description = "Placement driver addresses for all commands; also CLEAVE_PD.")
    private @Nullable String pd;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        return System.console() == null ? readLines() : readTerminal();
    }

    /** Ends with the code of the first command that fails, after it has tried all. */
    private int readLines() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int code = ExitCode.OK;
        String line;
        while ((line = in.readLine()) != null) {
            if (isEnd(line)) {
                break;
            }
            int ended = run(line);
            code = code == ExitCode.OK ? ended : code;
        }
        return code;
    }

    private int readTerminal() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("cleave")
                    .completer(new ShellCompleter(root()))
                    .variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), ".cleave_history"))
                    .build();
            while (true) {
                try {
                    String line = reader.readLine(PROMPT);
                    if (isEnd(line)) {
                        return ExitCode.OK;
                    }
                    run(line);
                } catch (UserInterruptException cleared) {
                    // Ctrl-C takes back the line, no more.
                } catch (EndOfFileException left) {
                    return ExitCode.OK;
                }
            }
        }
    }

    private static boolean isEnd(String line) {
        String word = line.trim();
        return word.equals("quit") || word.equals("exit");
    }

    private CommandLine root() {
        return spec.root().commandLine();
    }

    private int run(String line) {
        List<String> words = new ArrayList<>(words(line));
        if (words.isEmpty()) {
            return ExitCode.OK;
        }
        PrintWriter err = spec.commandLine().getErr();
        boolean isServer = words.get(0).equals("store")
                && (words.size() == 1 || words.get(1).startsWith("-"));
        if (NOT_HERE.contains(words.get(0)) || isServer) {
            err.println(words.get(0) + " is for another terminal");
            err.flush();
            return ExitCode.USAGE;
        }
        if (words.get(0).equals("help")) {
            words.set(0, "--help");
        } else if (spec.parent().commandLine().getSubcommands().containsKey(words.get(0))) {
            words.add(0, "kv");
        }
        if (pd != null && !words.contains("--pd") && !words.contains("--help") && asksTheCluster(words)) {
            words.add("--pd");
            words.add(pd);
        }
        return root().execute(words.toArray(String[]::new));
    }

    private boolean asksTheCluster(List<String> words) {
        CommandLine command = root();
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                break;
            }
            command = next;
        }
        return command.getCommandSpec().findOption("--pd") != null;
    }

    /** As the shell divides them: blanks, quotes, backslashes. What is left open counts as closed. */
    private static List<String> words(String line) {
        DefaultParser parser = new DefaultParser();
        parser.setEofOnUnclosedQuote(false);
        return parser.parse(line, line.length(), org.jline.reader.Parser.ParseContext.ACCEPT_LINE).words().stream()
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
