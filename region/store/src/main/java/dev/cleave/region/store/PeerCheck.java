package dev.cleave.region.store;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Hello;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Checks, once per link, that a peer belongs to this cluster and that a store is the one it was, in its newest start. */
@AnyThread
final class PeerCheck {
    private final Supplier<StoreIdentity> self;
    private final Map<Long, Seen> stores = new ConcurrentHashMap<>();

    private record Seen(long dataUuid, long startNumber) {}

    PeerCheck(Supplier<StoreIdentity> self) {
        this.self = self;
    }

    /** Why {@code peer} must not be spoken to; empty if it may. */
    Optional<String> problem(Hello peer) {
        StoreIdentity own = self.get();
        boolean isStore = peer.role() == Hello.STORE || peer.role() == Hello.SNAPSHOT;
        if (peer.clusterId() != 0 && own.isRegistered() && peer.clusterId() != own.clusterId()) {
            return Optional.of(
                    "the peer belongs to cluster " + peer.clusterId() + ", this store to " + own.clusterId());
        }
        return isStore ? storeProblem(peer, own) : Optional.empty();
    }

    private Optional<String> storeProblem(Hello peer, StoreIdentity own) {
        if (!own.isRegistered()) {
            return Optional.of("this store is not registered yet");
        }
        if (peer.clusterId() != own.clusterId() || peer.nodeId() == 0 || peer.dataUuid() == 0) {
            return Optional.of("the peer says that it is a store, but not which; it must register first");
        }
        if (peer.nodeId() == own.storeId() && peer.dataUuid() != own.dataUuid()) {
            return Optional.of("the peer claims this store's id; two data directories were given one id");
        }
        Seen now = new Seen(peer.dataUuid(), peer.startNumber());
        Seen newest = stores.merge(peer.nodeId(), now, PeerCheck::newer);
        if (newest.dataUuid() != now.dataUuid()) {
            return Optional.of("store " + peer.nodeId()
                    + " speaks from another data directory than before; a wiped store must join under a new id");
        }
        return newest.startNumber() > now.startNumber()
                ? Optional.of("store " + peer.nodeId() + " has started again since; this link is from an earlier life")
                : Optional.empty();
    }

    private static Seen newer(Seen before, Seen now) {
        return before.dataUuid() == now.dataUuid() && now.startNumber() > before.startNumber() ? now : before;
    }
}
