package dev.cleave.placement.ctl.command;

import dev.cleave.region.protocol.KvCommand;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines of "key TAB value" as bytes: the first tab divides, whatever follows it up to the line's end is the value. A line that is no pair is told
 * with what is wrong with it.
 */
final class TsvLines implements PairLines {
    private static final int LINE_BYTES_MAX = KvCommand.KEY_BYTES_MAX + 1 + KvCommand.VALUE_BYTES_MAX;

    private final Lines lines;
    private long number;

    TsvLines(InputStream in) {
        this.lines = new Lines(in, LINE_BYTES_MAX);
    }

    @Override
    public @Nullable PairLine next() throws IOException {
        if (!lines.read()) {
            return null;
        }
        number++;
        if (lines.isTooLong()) {
            return PairLine.bad(
                    number,
                    "longer than a key of " + KvCommand.KEY_BYTES_MAX + " and a value of " + KvCommand.VALUE_BYTES_MAX
                            + " bytes");
        }
        int length = lines.length();
        int tab = 0;
        while (tab < length && lines.at(tab) != '\t') {
            tab++;
        }
        if (tab == length) {
            return PairLine.bad(number, length == 0 ? "empty line" : "no tab between key and value");
        }
        return PairLine.of(number, lines.copy(0, tab), lines.copy(tab + 1, length));
    }
}
