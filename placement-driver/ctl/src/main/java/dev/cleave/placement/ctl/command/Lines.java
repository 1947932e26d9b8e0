package dev.cleave.placement.ctl.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads lines of bytes; one that is too long is passed over without being kept. A last line needs no line end. */
final class Lines {
    private final InputStream in;
    private final int bytesMax;
    private final byte[] buffer = new byte[64 << 10];
    private int position;
    private int limit;
    private byte[] line = new byte[4 << 10];
    private int length;
    private boolean isTooLong;

    Lines(InputStream in, int bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    /** False at the end of the input. */
    boolean read() throws IOException {
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
        if (isTooLong || more > bytesMax - length) {
            isTooLong = true;
            return;
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.min(bytesMax, Math.max(length + more, 2 * line.length)));
        }
        System.arraycopy(buffer, from, line, length, more);
        length += more;
    }

    boolean isTooLong() {
        return isTooLong;
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return line[index];
    }

    byte[] copy(int from, int to) {
        return Arrays.copyOfRange(line, from, to);
    }
}
