package dev.cleave.region.protocol;

/** One replica of a region and the store that holds it. Replica ids are never used twice. */
public record Peer(long replicaId, long storeId, PeerRole role) {
    public boolean isVoter() {
        return role != PeerRole.LEARNER;
    }
}
