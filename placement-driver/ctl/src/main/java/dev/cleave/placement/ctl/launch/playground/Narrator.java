package dev.cleave.placement.ctl.launch.playground;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells the story on the terminal, with the seconds since its start in front of each line. */
final class Narrator {
    private final PrintWriter out;
    private final long startNanos = System.nanoTime();

    Narrator(PrintWriter out) {
        this.out = out;
    }

    void say(String line) {
        out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - startNanos) / 1e9, line);
        out.flush();
    }

    /** Several lines as they are, set off a little. */
    void show(String block) {
        block.lines().forEach(line -> out.println("          " + line));
        out.flush();
    }

    void plain(String line) {
        out.println(line);
        out.flush();
    }

    void heading(String line) {
        out.println();
        say(line);
    }
}
