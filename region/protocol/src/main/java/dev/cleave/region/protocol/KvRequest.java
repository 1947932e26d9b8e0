package dev.cleave.region.protocol;

/**
 * A command on its way to a region.
 *
 * @param requestId unique among the requests in flight on one link
 * @param deadlineMillis how long the caller will still wait, from when the request was sent
 */
public record KvRequest(long requestId, long regionId, Epoch epoch, int deadlineMillis, KvCommand command) {}
