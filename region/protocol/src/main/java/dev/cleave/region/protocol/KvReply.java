package dev.cleave.region.protocol;

import org.jspecify.annotations.Nullable;

/** The answer to a {@link KvRequest}: exactly one of result and error is present. */
public record KvReply(
        long requestId, @Nullable KvResult result, @Nullable KvError error) {
    public static KvReply ok(long requestId, KvResult result) {
        return new KvReply(requestId, result, null);
    }

    public static KvReply refused(long requestId, KvError error) {
        return new KvReply(requestId, null, error);
    }
}
