package dev.cleave.region.protocol;

/** Bytes that are not what they claim to be, or of a layout newer than this build. The message says what was expected and what came. */
public final class MalformedFrame extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedFrame(String message) {
        super(message);
    }
}
