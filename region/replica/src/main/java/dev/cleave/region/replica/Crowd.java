package dev.cleave.region.replica;

import dev.cleave.region.raft.RaftConfig;

/**
 * How a group behaves that is one of very many on its host. A group that is awake says something three times a second to each of its members: ten thousand of them keep
 * processors so busy that heartbeats come late, leaders are deposed for it, and elections never end. So of many groups few are awake at the same time: those that begin
 * together hold their first elections one after the other, leaders of whom nobody wants anything sleep at once, and all others as soon as they are left alone for four
 * heartbeats: what it costs to sleep and to wake again is less than that.
 */
final class Crowd {
    /** So many groups a host begins without further ado. */
    private static final int GROUPS = 500;
    /** So many heartbeats a leader stays awake that somebody has wanted something of. */
    private static final int BEATS_OF_USED = 4;
    /** Three hosts that begin together elect about three groups in this time. */
    private static final long NANOS_PER_ELECTION = 1_000_000L;

    private final RaftConfig alone;
    private final RaftConfig crowded;

    Crowd(RaftConfig config) {
        alone = config;
        long soon = Math.min(config.sleepAfterNanos(), BEATS_OF_USED * config.heartbeatNanos());
        crowded = config.withSleepAfter(soon).withSleepOfUnused(config.heartbeatNanos());
    }

    /** For a replica that begins beside so many others. */
    RaftConfig beside(int groups) {
        return groups > GROUPS ? crowded : alone;
    }

    /** For each of so many replicas that begin when their host does. */
    RaftConfig together(int groups) {
        return groups > GROUPS ? crowded.withFirstElectionSpread(groups * NANOS_PER_ELECTION) : alone;
    }
}
