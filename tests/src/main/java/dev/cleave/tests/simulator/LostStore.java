package dev.cleave.tests.simulator;

import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import org.jspecify.annotations.Nullable;

/**
 * A store whose disks are lost for good and replaced by empty ones: it must be refused under its old address until an operator has retired the old id;
 * then it joins as a new store.
 */
final class LostStore {
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final SimCluster cluster;
    private @Nullable SimStore store;
    private long oldId;
    private boolean isRetired;
    private long nextNanos;

    LostStore(SimCluster cluster) {
        this.cluster = cluster;
    }

    boolean isUnderWay() {
        return store != null && (!isRetired || store.storeId() == 0);
    }

    boolean hasHappened() {
        return store != null;
    }

    /** Takes a running store's disks away. */
    void begin(SimStore victim) {
        store = victim;
        oldId = victim.storeId();
        victim.kill(true);
        victim.wipe();
        victim.start();
    }

    /** Goes on: asks for the old id to be retired once the store has been refused, then starts it again. */
    void goOn() {
        SimStore lost = store;
        if (lost == null || !isUnderWay() || cluster.world().nanos() < nextNanos) {
            return;
        }
        nextNanos = cluster.world().nanos() + RETRY_NANOS;
        if (isRetired) {
            if (!lost.isUp()) {
                lost.start();
            }
            return;
        }
        if (lost.storeId() != 0) {
            throw new Violation(lost.host() + " was given id " + lost.storeId() + " although store " + oldId
                    + ", which had its address, was not retired");
        }
        if (lost.refusal() == null) {
            if (!lost.isUp()) {
                lost.start();
            }
            return;
        }
        cluster.ask(new PdRequest.RemoveStore(oldId, true), reply -> {
            boolean isRepeated = reply instanceof PdReply.Refused refused && refused.kind() == PdReply.Kind.INVALID;
            isRetired |= reply instanceof PdReply.Accepted || isRepeated;
        });
    }
}
