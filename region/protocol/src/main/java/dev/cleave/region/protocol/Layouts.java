package dev.cleave.region.protocol;

import dev.cleave.engine.base.Invariant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What all frame layouts share: two bytes of kind and layout, and fields read in place. */
final class Layouts {
    private Layouts() {}

    static void head(WireReader from, byte kind, int layout, String what) {
        checkHead(from.u8("frame kind"), from.u8("layout"), kind, layout, what);
    }

    /** Checks kind and layout in place, and that {@code bytesMin} bytes are there. */
    static void checkHead(ByteBuffer frame, byte kind, int layout, int bytesMin, String what) {
        need(frame, bytesMin, what);
        checkHead(frame.get(frame.position()), frame.get(frame.position() + 1) & 0xFF, kind, layout, what);
    }

    static long longAt(ByteBuffer frame, int offset, int bytesMin, String what) {
        need(frame, bytesMin, what);
        return frame.getLong(frame.position() + offset);
    }

    static int intAt(ByteBuffer frame, int offset, int bytesMin, String what) {
        need(frame, bytesMin, what);
        return frame.getInt(frame.position() + offset);
    }

    static void need(ByteBuffer frame, int bytesMin, String what) {
        Invariant.check(frame.order() == ByteOrder.LITTLE_ENDIAN, "frames are little endian");
        if (frame.remaining() < bytesMin) {
            throw new MalformedFrame(what + " of " + frame.remaining() + " bytes, expected at least " + bytesMin);
        }
    }

    private static void checkHead(int foundKind, int foundLayout, byte kind, int layout, String what) {
        if (foundKind != kind) {
            throw new MalformedFrame(
                    "frame of kind " + foundKind + " where a " + what + " (" + kind + ") was expected");
        }
        if (foundLayout != layout) {
            throw new MalformedFrame("layout " + foundLayout + " of a " + what
                    + " is unknown; this version understands " + layout + ": upgrade the older side");
        }
    }
}
