package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which other stores are heard. Each store beats to those with whom it shares groups, whatever the groups say; one that has not for a while is
 * silent. A beat names the start it comes from, and frames are numbered, so a restart and a loss on the way are noticed however short. Decides
 * by what it is told and when; does nothing itself.
 */
@OwnedBy("replica agent")
final class StoreLiveness {
    /** What a frame or beat says that was not known. */
    enum News {
        NONE,
        /** Frames before this one never came. */
        FRAMES_LOST,
        /** Heard for the first time, or again after silence. */
        HEARD_AGAIN,
        /** It has started anew: what its replicas knew in memory is gone. */
        STARTED_ANEW
    }

    private final long beatNanos;
    private final long silenceNanos;
    private final Map<Long, Store> stores = new TreeMap<>();
    private long lookedNanos;

    /**
     * @param beatNanos how often a store beats
     * @param silenceNanos for how long it must not have been heard to count as silent
     */
    StoreLiveness(long beatNanos, long silenceNanos, long nowNanos) {
        this.beatNanos = beatNanos;
        this.silenceNanos = silenceNanos;
        lookedNanos = nowNanos;
    }

    boolean isLive(long storeId) {
        Store store = stores.get(storeId);
        return store != null && store.isLive;
    }

    /** A frame has come. Its number follows that of the one before, unless something was lost, or its sender has started anew. */
    News frame(long storeId, int number) {
        Store store = stores.computeIfAbsent(storeId, any -> new Store());
        boolean isNext = !store.hasSent || number == store.frameNumber + 1;
        store.hasSent = true;
        store.frameNumber = number;
        return isNext ? News.NONE : News.FRAMES_LOST;
    }

    News beat(long storeId, long startNumber, long nowNanos) {
        Store store = stores.computeIfAbsent(storeId, any -> new Store());
        if (startNumber < store.startNumber) {
            return News.NONE;
        }
        boolean isFirst = store.startNumber == 0;
        boolean isAnew = startNumber > store.startNumber && !isFirst;
        boolean wasLive = store.isLive;
        store.startNumber = startNumber;
        store.heardNanos = nowNanos;
        store.isLive = true;
        if (isAnew) {
            return News.STARTED_ANEW;
        }
        return wasLive ? News.NONE : News.HEARD_AGAIN;
    }

    /** The stores that have fallen silent since the last look. */
    List<Long> fallenSilent(long nowNanos) {
        pardon(nowNanos);
        List<Long> silent = new ArrayList<>(0);
        stores.forEach((id, store) -> {
            if (store.isLive && nowNanos - store.heardNanos > silenceNanos) {
                store.isLive = false;
                silent.add(id);
            }
        });
        return silent;
    }

    /** When the first of those that are heard will be silent if nothing more comes; {@code Long.MAX_VALUE} if none is heard. */
    long nextSilenceNanos() {
        long next = Long.MAX_VALUE;
        for (Store store : stores.values()) {
            if (store.isLive) {
                next = Math.min(next, store.heardNanos + silenceNanos + 1);
            }
        }
        return next;
    }

    /** If nobody looked for long it was we who were stopped: what they sent may still wait to be read. */
    private void pardon(long nowNanos) {
        long stopped = nowNanos - lookedNanos - beatNanos;
        lookedNanos = nowNanos;
        if (stopped > beatNanos) {
            stores.values().forEach(store -> store.heardNanos += stopped);
        }
    }

    private static final class Store {
        long startNumber;
        long heardNanos;
        boolean isLive;
        boolean hasSent;
        int frameNumber;
    }
}
