package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Form;
import picocli.CommandLine.Option;

/** The option that every command with an answer has. */
public final class OutputOptions {
    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORM",
            description =
                    "table, wide, json, csv or keys (what names each item). Nothing else is on stdout. Default: table")
    private Form form = Form.table;

    Form form() {
        return form;
    }
}
