package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.ExitCode;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code cleave lay-out}: the commands that people use most, against a Cleave in this JVM and without a word, so that a JVM that writes down which
 * classes it has loaded (an archive for class data sharing) knows them all. {@code bin/cleave} runs it once per build.
 */
@Command(
        name = "lay-out",
        hidden = true,
        description = "Runs the usual commands, for the archive of classes.",
        mixinStandardHelpOptions = true)
public final class LayOutCommand implements Callable<Integer> {
    private static final List<String> LINES = List.of(
            "status",
            "store list",
            "region list",
            "region show 1",
            "operator list -o json",
            "kv put a b",
            "kv get a",
            "kv scan",
            "kv delete a",
            "config show store");

    @Override
    public Integer call() {
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        try (CleaveNode node = CleaveNode.start()) {
            for (String line : LINES) {
                List<String> words = new ArrayList<>(List.of(line.split(" ")));
                if (!words.get(0).equals("config")) {
                    words.addAll(List.of("--pd", node.pd().toString()));
                }
                CommandLine commands = Cleave.commandLine(nobody, nobody);
                int code = commands.execute(words.toArray(String[]::new));
                if (code != ExitCode.OK) {
                    return code;
                }
            }
        }
        return ExitCode.OK;
    }
}
