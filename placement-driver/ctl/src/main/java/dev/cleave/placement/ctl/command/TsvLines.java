package dev.cleave.placement.ctl.command;

import dev.cleave.region.protocol.KvCommand;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of "key TAB value" as bytes: the first tab divides, whatever follows it up to the line's end is the value. A line that is no
 * pair is told with what is wrong with it; one that is too long is passed over without being kept. Numbers count from 1.
 */
final class TsvLines {
    private static final int LINE_BYTES_MAX = KvCommand.KEY_BYTES_MAX + 1 + KvCommand.VALUE_BYTES_MAX;
    private static final byte[] NONE = {};

    private final InputStream in;
    private final byte[] buffer = new byte[64 << 10];
    private int position;
    private int limit;
    private byte[] line = new byte[4 << 10];
    private int length;
    private boolean isTooLong;
    private long number;

    TsvLines(InputStream in) {
        this.in = in;
    }

    /** One line; a problem means that there is no pair. */
    record Line(
            long number, byte[] key, byte[] value, @Nullable String problem) {
        long bytes() {
            return (long) key.length + value.length;
        }
    }

    /** The next line, null at the end. */
    @Nullable
    Line next() throws IOException {
        if (!readLine()) {
            return null;
        }
        number++;
        if (isTooLong) {
            return bad("longer than a key of " + KvCommand.KEY_BYTES_MAX + " and a value of "
                    + KvCommand.VALUE_BYTES_MAX + " bytes");
        }
        int tab = 0;
        while (tab < length && line[tab] != '\t') {
            tab++;
        }
        if (tab == length) {
            return bad(length == 0 ? "empty line" : "no tab between key and value");
        }
        if (tab == 0) {
            return bad("empty key");
        }
        if (tab > KvCommand.KEY_BYTES_MAX) {
            return bad("key of " + tab + " bytes, at most " + KvCommand.KEY_BYTES_MAX + " are allowed");
        }
        int valueBytes = length - tab - 1;
        if (valueBytes > KvCommand.VALUE_BYTES_MAX) {
            return bad("value of " + valueBytes + " bytes, at most " + KvCommand.VALUE_BYTES_MAX + " are allowed");
        }
        return new Line(number, Arrays.copyOf(line, tab), Arrays.copyOfRange(line, tab + 1, length), null);
    }

    private Line bad(String problem) {
        return new Line(number, NONE, NONE, problem);
    }

    /** False at the end of the input; a last line needs no line end. */
    private boolean readLine() throws IOException {
        length = 0;
        isTooLong = false;
        boolean hasBytes = false;
        while (true) {
            if (position == limit) {
                limit = in.read(buffer, 0, buffer.length);
                position = 0;
                if (limit <= 0) {
                    limit = 0;
                    return hasBytes;
                }
            }
            hasBytes = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            keep(position, end);
            if (end < limit) {
                position = end + 1;
                return true;
            }
            position = end;
        }
    }

    private void keep(int from, int to) {
        int more = to - from;
        if (isTooLong || more > LINE_BYTES_MAX - length) {
            isTooLong = true;
            return;
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.min(LINE_BYTES_MAX, Math.max(length + more, 2 * line.length)));
        }
        System.arraycopy(buffer, from, line, length, more);
        length += more;
    }
}
