package dev.cleave.engine.http;

/** A request that cannot be served as it stands: thrown by handlers, and answered as {@code {"error": ..., "hint": ...}}. */
public final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String hint;

    /**
     * @param error what is wrong
     * @param hint what to do about it; may be empty
     */
    public HttpProblem(int status, String error, String hint) {
        super(error, null, false, false);
        this.status = status;
        this.hint = hint;
    }

    public int status() {
        return status;
    }

    public String error() {
        return String.valueOf(getMessage());
    }

    public String hint() {
        return hint;
    }
}
