package dev.cleave.region.protocol;

import dev.cleave.engine.base.KeyRange;
import java.util.List;
import java.util.Optional;

/** The descriptor of a region: its range, epoch and peers. Peers stand in the order in which they joined. */
public record Region(long id, KeyRange range, Epoch epoch, List<Peer> peers) {
    public Region {
        peers = List.copyOf(peers);
    }

    public Optional<Peer> peerOn(long storeId) {
        return peers.stream().filter(peer -> peer.storeId() == storeId).findFirst();
    }

    public Optional<Peer> peer(long replicaId) {
        return peers.stream().filter(peer -> peer.replicaId() == replicaId).findFirst();
    }

    public boolean isJoint() {
        return peers.stream()
                .anyMatch(peer -> peer.role() == PeerRole.INCOMING_VOTER || peer.role() == PeerRole.DEMOTING_VOTER);
    }

    @Override
    public String toString() {
        return "region " + id + " " + range + " epoch " + epoch + " peers " + peers;
    }
}
