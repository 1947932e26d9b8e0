package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Hello;

/**
 * Which cluster this client speaks to: the first one that a peer names. Keeps it from writing into another cluster that now listens
 * at an address it remembers, where region ids and epochs may well be the same.
 */
@OwnedBy("client loop")
final class ClusterIdentity {
    private long clusterId;

    String objectionToStore(Hello peer, long storeId) {
        if (peer.role() == Hello.STORE && peer.nodeId() != 0 && peer.nodeId() != storeId) {
            return "store " + peer.nodeId() + " answers where store " + storeId + " was expected";
        }
        return objection(peer);
    }

    String objection(Hello peer) {
        if (peer.clusterId() == 0) {
            return "";
        }
        if (clusterId == 0) {
            clusterId = peer.clusterId();
        }
        return clusterId == peer.clusterId()
                ? ""
                : "it belongs to cluster " + Long.toUnsignedString(peer.clusterId()) + ", not to "
                        + Long.toUnsignedString(clusterId);
    }
}
