package dev.cleave.engine.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Why a link ended, for people: bounded, and safe for a log line when it comes from the other side. */
final class Reasons {
    private static final int CHARS_MAX = 512;

    private Reasons() {}

    /** The payload of a refusal frame. */
    static ByteBuffer encode(String reason) {
        return ByteBuffer.wrap(shorten(reason).getBytes(StandardCharsets.UTF_8));
    }

    static String decode(ByteBuffer refusal) {
        return shorten(StandardCharsets.UTF_8.decode(refusal).toString()).replaceAll("\\p{Cntrl}", "?");
    }

    static String of(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static String shorten(String reason) {
        return reason.length() <= CHARS_MAX ? reason : reason.substring(0, CHARS_MAX) + "...";
    }
}
