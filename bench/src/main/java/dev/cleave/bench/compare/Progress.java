package dev.cleave.bench.compare;

import java.util.Locale;

/** Tells on the terminal what is being done, each line with the minutes since the beginning. */
final class Progress {
    private final long begunNanos = System.nanoTime();

    void say(String format, Object... arguments) {
        double minutes = (System.nanoTime() - begunNanos) / 60e9;
        System.err.println(
                String.format(Locale.ROOT, "%5.1f  ", minutes) + String.format(Locale.ROOT, format, arguments));
    }
}
