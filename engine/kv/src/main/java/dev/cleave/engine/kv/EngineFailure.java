package dev.cleave.engine.kv;

/** The engine or its disk failed: nothing may carry on as if the data were safe. */
public final class EngineFailure extends RuntimeException {
    private static final long serialVersionUID = 2L;

    private final boolean isDamage;

    public EngineFailure(String message, Throwable cause) {
        this(message, cause, false);
    }

    public EngineFailure(String message) {
        super(message);
        isDamage = false;
    }

    EngineFailure(String message, Throwable cause, boolean isDamage) {
        super(message, cause);
        this.isDamage = isDamage;
    }

    /** Whether a file holds other bytes than were written: reading it again gives the same. See {@link Salvage}. */
    public boolean isDamage() {
        return isDamage;
    }
}
