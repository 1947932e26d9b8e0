package dev.cleave.placement.ctl.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cleave completion}. */
@Command(
        name = "completion",
        description = {
            "Prints a script by which bash and zsh complete commands and options of cleave.",
            "For this shell: source <(cleave completion); for all: put it into ~/.local/share/bash-completion/completions/cleave"
        },
        mixinStandardHelpOptions = true)
public final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        String script = AutoComplete.bash(spec.root().name(), spec.root().commandLine());
        spec.commandLine().getOut().println(script);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
