package dev.cleave.placement.ctl.command;

import java.io.Console;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options of commands that cannot be taken back. */
final class Care {
    @Option(names = "--dry-run", description = "Only tell what would be done, or why it would be refused.")
    private boolean isDryRun;

    @Option(names = "--yes", description = "Do not ask. Scripts, which have no terminal, are not asked either.")
    private boolean isSure;

    boolean isDryRun() {
        return isDryRun;
    }

    /** Asks whoever sits at a terminal. */
    void confirm(String what) {
        Console console = System.console();
        if (isSure || console == null) {
            return;
        }
        String answer = console.readLine("%s. Go on? [y/N] ", what);
        if (answer == null || !answer.trim().toLowerCase(Locale.ROOT).startsWith("y")) {
            throw new CommandFailure(ExitCode.REFUSED, "nothing was done");
        }
    }
}
