package dev.cleave.placement.ctl.launch;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command line, with what it printed. */
record Run(int exitCode, String out, String err) {
    static Run of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        PrintWriter outWriter = new PrintWriter(out);
        PrintWriter errWriter = new PrintWriter(err);
        int exitCode = Cleave.commandLine(outWriter, errWriter).execute(arguments);
        outWriter.flush();
        errWriter.flush();
        return new Run(exitCode, out.toString(), err.toString());
    }
}
