package dev.cleave.region.protocol;

import dev.cleave.engine.base.KeyRange;
import java.util.List;

/**
 * A region's descriptor (little endian), the same wherever one travels in a hand-written layout:
 *
 * <pre>
 * u64 id, range, u64 confVersion, u64 version, u32 count, count × { u64 replicaId, u64 storeId, u8 role }
 * </pre>
 *
 * The role is the place in {@link PeerRole}, whose order is frozen by a test.
 */
public final class RegionLayout {
    /** The most peers of one region: seven replicas in a joint change stay far below. */
    public static final int PEERS_MAX = 64;

    static final int BYTES_MIN = 32;

    private static final PeerRole[] ROLES = PeerRole.values();
    private static final int PEER_BYTES = 17;

    private RegionLayout() {}

    public static void write(WireWriter to, Region region) {
        to.u64(region.id()).range(region.range());
        to.u64(region.epoch().confVersion()).u64(region.epoch().version());
        if (region.peers().size() > PEERS_MAX) {
            throw new IllegalArgumentException(region + " has more than " + PEERS_MAX + " peers");
        }
        to.u32(region.peers().size());
        for (Peer peer : region.peers()) {
            to.u64(peer.replicaId()).u64(peer.storeId()).u8(peer.role().ordinal());
        }
    }

    public static Region read(WireReader from) {
        long id = from.u64("region id");
        KeyRange range = from.range("region range");
        Epoch epoch = epoch(from);
        List<Peer> peers = from.list(PEERS_MAX, PEER_BYTES, "peers", RegionLayout::peer);
        return new Region(id, range, epoch, peers);
    }

    static Epoch epoch(WireReader from) {
        long confVersion = from.u64("epoch");
        return new Epoch(confVersion, from.u64("epoch"));
    }

    private static Peer peer(WireReader from) {
        long replicaId = from.u64("replica id");
        long storeId = from.u64("store id");
        return new Peer(replicaId, storeId, from.oneOf(ROLES, "peer role"));
    }
}
