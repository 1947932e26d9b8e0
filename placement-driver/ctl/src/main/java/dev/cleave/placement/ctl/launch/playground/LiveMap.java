package dev.cleave.placement.ctl.launch.playground;

import java.io.PrintWriter;

/** A block of lines that is redrawn in place on a terminal. */
final class LiveMap {
    private final PrintWriter out;
    private int linesDrawn;

    LiveMap(PrintWriter out) {
        this.out = out;
    }

    /** The next drawing stands below what is there. */
    void forget() {
        linesDrawn = 0;
    }

    void draw(String block) {
        if (linesDrawn > 0) {
            out.print("\u001b[" + linesDrawn + "A\u001b[J");
        }
        // No wrapping meanwhile: a line that is too long must not become two.
        out.print("\u001b[?7l");
        linesDrawn = (int) block.lines().count();
        block.lines().forEach(out::println);
        out.print("\u001b[?7h");
        out.flush();
    }
}
