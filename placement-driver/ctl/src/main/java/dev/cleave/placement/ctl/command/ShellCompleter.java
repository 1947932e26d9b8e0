package dev.cleave.placement.ctl.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Proposes what may stand next on a line of the shell: a command, an option, or one of an option's choices. */
final class ShellCompleter implements Completer {
    private final CommandLine root;

    ShellCompleter(CommandLine root) {
        this.root = root;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> before =
                line.words().subList(0, Math.min(line.wordIndex(), line.words().size()));
        next(before).forEach(word -> candidates.add(new Candidate(word)));
    }

    /** What may follow {@code before}. */
    List<String> next(List<String> before) {
        Map<String, CommandLine> kv =
                Objects.requireNonNull(root.getSubcommands().get("kv")).getSubcommands();
        CommandLine command = root;
        for (String word : before) {
            CommandLine sub = command.getSubcommands().get(word);
            if (sub == null && command == root) {
                sub = kv.get(word);
            }
            command = sub == null ? command : sub;
        }
        List<String> words = new ArrayList<>();
        OptionSpec asked = before.isEmpty() ? null : command.getCommandSpec().findOption(before.get(before.size() - 1));
        if (asked != null && asked.completionCandidates() != null) {
            asked.completionCandidates().forEach(words::add);
            return words;
        }
        words.addAll(command.getSubcommands().keySet());
        if (command == root) {
            words.addAll(kv.keySet());
            words.addAll(List.of("help", "quit"));
        } else {
            command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .forEach(option -> words.add(option.longestName()));
        }
        return words;
    }
}
