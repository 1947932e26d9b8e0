package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How failures are told: one clear message on stderr and an exit code; stack traces only on demand. */
final class Problems {
    private Problems() {}

    static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        // Whoever names a command of commands, such as "kv", wants to know which there are.
        boolean isJustACommandOfCommands = !command.getSubcommands().isEmpty()
                && !(command.getCommandSpec().userObject() instanceof Callable)
                && !(wrong instanceof UnmatchedArgumentException);
        if (isJustACommandOfCommands) {
            command.usage(err);
            err.flush();
            return ExitCode.USAGE;
        }
        err.println(wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.USAGE;
    }

    static int failed(Exception failure, CommandLine command, boolean wantsTraces) {
        PrintWriter err = command.getErr();
        command.getOut().flush();
        if (wantsTraces) {
            failure.printStackTrace(err);
        } else if (isExplained(failure)) {
            err.println(failure.getMessage());
        } else {
            err.println("internal error: " + failure + "\n  Run it again with --debug to see where.");
        }
        err.flush();
        return failure instanceof CommandFailure known ? known.exitCode() : ExitCode.FAILED;
    }

    /** Whether the message was written for people. */
    private static boolean isExplained(Exception failure) {
        return failure instanceof CommandFailure;
    }
}
