package dev.cleave.engine.wire;

/**
 * What both ends of a link say first. Zero ids mean "not a store" or "not known yet".
 *
 * @param role what the speaker is: {@link #CLIENT}, {@link #STORE}, {@link #PLACEMENT} or {@link #SNAPSHOT}
 * @param clusterId the cluster, 0 if unknown
 * @param nodeId the store id or placement member id, 0 for clients
 * @param dataUuid identity of the data directory, 0 for clients
 * @param startNumber how many times this node has started
 */
public record Hello(byte role, long clusterId, long nodeId, long dataUuid, long startNumber) {
    public static final byte CLIENT = 1;
    public static final byte STORE = 2;
    public static final byte PLACEMENT = 3;
    /** A store's second link, for snapshot chunks. */
    public static final byte SNAPSHOT = 4;

    public static Hello client() {
        return new Hello(CLIENT, 0, 0, 0, 0);
    }
}
