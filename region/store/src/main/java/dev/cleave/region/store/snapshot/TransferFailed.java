package dev.cleave.region.store.snapshot;

/** A transfer came to nothing; the message says why. Raft asks again later. */
final class TransferFailed extends Exception {
    private static final long serialVersionUID = 1L;

    TransferFailed(String message) {
        super(message);
    }
}
