package dev.cleave.engine.http;

/** The content types our answers have. */
public final class HttpContentTypes {
    public static final String TEXT = "text/plain; charset=utf-8";
    public static final String JSON = "application/json";
    public static final String HTML = "text/html; charset=utf-8";
    public static final String BYTES = "application/octet-stream";

    private HttpContentTypes() {}
}
