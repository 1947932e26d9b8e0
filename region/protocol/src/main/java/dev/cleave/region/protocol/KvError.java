package dev.cleave.region.protocol;

import dev.cleave.engine.wire.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a region did not do what was asked. Every kind but {@link Kind#UNDETERMINED} promises that a write was certainly not applied.
 *
 * @param regions the newest descriptors known here, for {@link Kind#STALE_EPOCH} and its like
 * @param leaderStore the leader's store, 0 if unknown
 */
public record KvError(
        Kind kind,
        String message,
        List<Region> regions,
        long leaderStore,
        @Nullable Address leaderAddress,
        int backoffMillis) {
    public KvError {
        regions = List.copyOf(regions);
    }

    public static KvError of(Kind kind, String message) {
        return new KvError(kind, message, List.of(), 0, null, 0);
    }

    /** The kinds, each telling the caller what to do next. */
    public enum Kind {
        /** Ask the leader named, or find it. */
        NOT_LEADER,
        /** The region has changed: use the descriptors given. */
        STALE_EPOCH,
        /** This store has no such region: refresh the route. */
        REGION_NOT_FOUND,
        /** The key is outside the region: refresh the route. */
        KEY_NOT_IN_REGION,
        /** Too much to do now: come back after the back-off. */
        BUSY,
        /** The deadline passed before anything was done. */
        TIMED_OUT,
        /** The write may or may not have been applied. Never retried in silence. */
        UNDETERMINED,
        /** No space left: nothing is written until some is freed. */
        DISK_FULL,
        /** The request itself is wrong: do not repeat it. */
        INVALID
    }
}
