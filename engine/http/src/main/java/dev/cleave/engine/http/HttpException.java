package dev.cleave.engine.http;

/** The server cannot be started: the message says why and what to do. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HttpException(String message, Throwable cause) {
        super(message, cause);
    }

    public HttpException(String message) {
        super(message);
    }
}
