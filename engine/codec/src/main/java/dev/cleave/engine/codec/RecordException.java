package dev.cleave.engine.codec;

/** Bytes that are no record we can read, or a record that cannot be written; the message says why. */
public final class RecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RecordException(String message) {
        super(message);
    }

    public RecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
