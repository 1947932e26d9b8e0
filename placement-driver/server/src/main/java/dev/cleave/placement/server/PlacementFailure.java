package dev.cleave.placement.server;

/** A placement driver that cannot start; the message says why and what to do. */
public final class PlacementFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PlacementFailure(String message) {
        super(message);
    }

    public PlacementFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
