package dev.cleave.engine.kv;

/** The engine or its disk failed: nothing may carry on as if the data were safe. */
public final class EngineFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineFailure(String message, Throwable cause) {
        super(message, cause);
    }

    public EngineFailure(String message) {
        super(message);
    }
}
