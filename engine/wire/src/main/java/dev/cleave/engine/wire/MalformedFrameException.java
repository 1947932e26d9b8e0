package dev.cleave.engine.wire;

/** What came over a link is not what the protocol says; the message is for people on both sides. */
final class MalformedFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
