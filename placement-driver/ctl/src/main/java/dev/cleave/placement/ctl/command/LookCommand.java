package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.placement.ctl.output.Selection;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that looks at the cluster and changes nothing: once, or again and again with {@code --watch}. */
public abstract class LookCommand extends AdminCommand {
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "SECONDS",
            fallbackValue = "2",
            defaultValue = "0",
            description = "Look again every SECONDS (2 if not given) until Ctrl-C.",
            converter = Seconds.class)
    private double watchSeconds;

    @Option(names = "--looks", hidden = true, defaultValue = "0", description = "How often; 0 for ever.")
    private int looks;

    /** What is to be seen now. */
    protected abstract Listing<?> look(Session session);

    @Override
    final void check() {
        boolean isSound = watchSeconds == 0 || watchSeconds >= 0.05 && watchSeconds <= 3600;
        if (!isSound) {
            throw new CommandFailure(ExitCode.USAGE, "--watch: 0.05 to 3600 seconds");
        }
    }

    @Override
    protected final int run(Session session) {
        Selection chosen = selection.selection();
        answer(look(session), chosen);
        if (watchSeconds > 0) {
            watch(session, chosen);
        }
        return ExitCode.OK;
    }

    /** On a terminal each look replaces the last; else they follow each other. Whoever cannot be reached for a while is asked again. */
    private void watch(Session session, Selection chosen) {
        boolean isTerminal = isForPeople() && System.console() != null;
        for (int look = 2; looks == 0 || look <= looks; look++) {
            session.pause(Duration.ofMillis((long) (watchSeconds * 1000)));
            try {
                String text = text(look(session), chosen);
                printRaw((isTerminal ? CLEAR : isForPeople() ? "\n" : "") + text);
            } catch (CommandFailure failed) {
                if (failed.exitCode() != ExitCode.UNREACHABLE) {
                    throw failed;
                }
                note(String.valueOf(failed.getMessage()));
            }
        }
    }
}
