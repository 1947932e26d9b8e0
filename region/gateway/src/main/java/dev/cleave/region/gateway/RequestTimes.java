package dev.cleave.region.gateway;

/** Hears how long each request took, and how much it moved, from the moment it was whole until its answer was ready. Called on any thread. */
@FunctionalInterface
public interface RequestTimes {
    /**
     * @param op what was asked: get, put, delete or scan
     * @param status of the answer
     * @param bytesIn of the request's body
     * @param bytesOut of the answer's
     */
    void answered(String op, int status, long nanos, long bytesIn, long bytesOut);
}
