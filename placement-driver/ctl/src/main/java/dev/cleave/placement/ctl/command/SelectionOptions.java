package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which items and columns are wanted. */
public final class SelectionOptions {
    @Option(names = "--sort", paramLabel = "COLUMN[:desc]", description = "By a column, its smallest or largest first.")
    private @Nullable String sort;

    @Option(
            names = "--columns",
            paramLabel = "COLUMN[,...]",
            split = ",",
            description = "These columns alone, in this order.")
    private List<String> columns = new ArrayList<>();

    @Option(names = "--limit", paramLabel = "N", defaultValue = "0", description = "At most N. Default: all")
    private int limit;

    public Selection selection() {
        if (limit < 0) {
            throw new CommandFailure(ExitCode.USAGE, "--limit: 0 for all, or a positive number, not " + limit);
        }
        return new Selection(sort, columns, limit);
    }
}
