package dev.cleave.engine.http;

import java.util.Arrays;

/** Percent-decoding: once, strict, into bytes. */
final class PercentCoding {
    private PercentCoding() {}

    /**
     * Decodes the ASCII characters of {@code text} from {@code start} to {@code end}.
     *
     * @throws HttpProblem 400 if a '%' is not followed by two hexadecimal digits
     */
    static byte[] decode(String text, int start, int end, boolean plusIsSpace) {
        byte[] out = new byte[end - start];
        int length = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < end ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < end ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw new HttpProblem(
                            400,
                            "'%' at character " + i
                                    + " of the request's target is not followed by two hexadecimal digits",
                            "write a percent sign as %25");
                }
                out[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[length++] = plusIsSpace && c == '+' ? (byte) ' ' : (byte) c;
            }
        }
        return Arrays.copyOf(out, length);
    }
}
