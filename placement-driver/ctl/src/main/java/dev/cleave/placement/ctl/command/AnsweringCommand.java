package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Form;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.placement.ctl.output.Selection;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that prints an answer in the form that is asked for. The answer alone goes to stdout, everything else to stderr. */
public abstract class AnsweringCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions output = new OutputOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    protected final Form form() {
        return output.form();
    }

    /** Whether people read it. */
    protected final boolean isForPeople() {
        return form() == Form.table || form() == Form.wide;
    }

    protected final void answer(Listing<?> listing) {
        answer(listing, Selection.all());
    }

    protected final void answer(Listing<?> listing, Selection selection) {
        printRaw(text(listing, selection));
    }

    final String text(Listing<?> listing, Selection selection) {
        try {
            return listing.text(form(), selection);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
        }
    }

    /** Text as it is. */
    protected final void printRaw(String text) {
        out().print(text);
        out().flush();
    }

    /** Notes and progress: never on stdout. */
    protected final void note(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
