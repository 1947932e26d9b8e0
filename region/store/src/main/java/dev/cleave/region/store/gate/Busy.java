package dev.cleave.region.store.gate;

/** Why a store has no time for a request; what its client is told. */
public enum Busy {
    /** Its bounds on requests or their bytes are reached. */
    IN_FLIGHT("too many requests are in flight; come back after the back-off"),
    /** The replica agent's inbox is full. */
    INBOX("too many requests are in flight; come back after the back-off"),
    /** The queue of a read agent is full. */
    READS("too many reads wait; come back after the back-off"),
    /** A bound of the region's group is reached: entries not committed yet, reads, proposals. */
    GROUP("too much to do now; come back after the back-off"),
    OUTGROWN("the region has outgrown its bound and is being divided"),
    REPLICAS_CHANGE("a change of replicas is under way"),
    HAND_OVER("leadership is being handed over; try again shortly"),
    NOT_READY("the leader is not ready yet; try again shortly"),
    STARTING("the store is starting; come back after the back-off"),
    STOPPING("the store is stopping; try another");

    private final String message;

    Busy(String message) {
        this.message = message;
    }

    String message() {
        return message;
    }
}
