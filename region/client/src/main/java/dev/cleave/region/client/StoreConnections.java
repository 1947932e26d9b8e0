package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvReply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection per store, at the address known last. */
@OwnedBy("client loop")
final class StoreConnections {
    private static final KvAnswers ANSWERS = new KvAnswers();

    private final Rim rim;
    private final ClientConfig config;
    private final Counters counters;
    private final ClusterIdentity cluster;
    private final RouteCache routes;
    private final Map<Long, Connection<KvReply>> byStore = new LinkedHashMap<>();

    StoreConnections(Rim rim, ClientConfig config, Counters counters, ClusterIdentity cluster, RouteCache routes) {
        this.rim = rim;
        this.config = config;
        this.counters = counters;
        this.cluster = cluster;
        this.routes = routes;
    }

    /** The connection to a store, or null if nobody has told its address. */
    @Nullable
    Connection<KvReply> to(long storeId) {
        Address address = routes.addressOf(storeId);
        if (address == null) {
            return null;
        }
        Connection<KvReply> known = byStore.get(storeId);
        if (known != null && known.address().equals(address)) {
            return known;
        }
        if (known != null) {
            known.retire();
        }
        Connection<KvReply> fresh = new Connection<>(
                address, rim, config, counters, ANSWERS, peer -> cluster.objectionToStore(peer, storeId));
        byStore.put(storeId, fresh);
        return fresh;
    }

    void closeAll(String reason) {
        new ArrayList<>(byStore.values()).forEach(connection -> connection.close(reason));
    }

    private static final class KvAnswers implements Connection.Answers<KvReply> {
        @Override
        public long requestId(ByteBuffer frame) {
            return KvCodec.replyRequestId(frame);
        }

        @Override
        public KvReply decode(ByteBuffer frame) {
            return KvCodec.decodeReply(frame);
        }
    }
}
