package dev.cleave.region.replica;

import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import java.util.List;

/** Which store holds which replica of a group, as of an epoch. */
public record Places(Epoch epoch, List<Peer> peers) {
    public static final Places NOWHERE = new Places(Epoch.NONE, List.of());

    public Places {
        peers = List.copyOf(peers);
    }

    public static Places of(Region region) {
        return new Places(region.epoch(), region.peers());
    }

    /** Whether one of the replicas is on {@code storeId}. */
    boolean isOn(long storeId) {
        for (Peer peer : peers) {
            if (peer.storeId() == storeId) {
                return true;
            }
        }
        return false;
    }

    /** The store that holds {@code replicaId}, 0 if unknown. */
    public long storeOf(long replicaId) {
        for (Peer peer : peers) {
            if (peer.replicaId() == replicaId) {
                return peer.storeId();
            }
        }
        return 0;
    }
}
