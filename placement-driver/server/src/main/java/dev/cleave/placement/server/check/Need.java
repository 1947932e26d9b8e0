package dev.cleave.placement.server.check;

import dev.cleave.region.protocol.Peer;
import org.jspecify.annotations.Nullable;

/**
 * What a region needs.
 *
 * @param peer the peer that moves, goes, or (for {@link Kind#GROW}) is a learner to finish; null for a new one
 * @param toStore where the new replica shall be; 0 if there is none
 */
public record Need(Kind kind, @Nullable Peer peer, long toStore, String reason) {
    /** Kinds of need. */
    public enum Kind {
        GROW,
        MOVE,
        REMOVE
    }

    static Need grow(long toStore, String reason) {
        return new Need(Kind.GROW, null, toStore, reason);
    }

    static Need finish(Peer learner, String reason) {
        return new Need(Kind.GROW, learner, learner.storeId(), reason);
    }

    static Need move(Peer peer, long toStore, String reason) {
        return new Need(Kind.MOVE, peer, toStore, reason);
    }

    static Need remove(Peer peer, String reason) {
        return new Need(Kind.REMOVE, peer, 0, reason);
    }
}
