package dev.cleave.region.raft;

/**
 * Timing and bounds of one Raft group.
 *
 * @param heartbeatNanos how often a leader beats
 * @param electionMinNanos silence after which a follower may campaign; also the vote promise to a live leader
 * @param electionMaxNanos upper end of the randomised election timeout
 * @param appendBytesMax entries of one append; a single larger entry still travels
 * @param inflightMessagesMax unacknowledged appends per follower
 * @param inflightBytesMax unacknowledged entry bytes per follower
 * @param uncommittedBytesMax payload bytes a leader accepts beyond its commit index; above it proposals get BUSY
 * @param applyBytesMax entries handed out per apply turn
 * @param sleepAfterNanos how long nothing must have happened before a group sleeps; 0 = it never does
 * @param unusedSleepNanos the same for a leader of whom nobody has wanted anything since it was elected or last slept
 * @param firstElectionSpreadNanos by so much at most the first election timer of a life is longer, so that many groups that begin together do not elect together
 * @param commitNewsNanos how long at most a leader waits for an append to tell its followers by the way what is committed, before it tells them by a heartbeat; 0 = not at all
 */
public record RaftConfig(
        long heartbeatNanos,
        long electionMinNanos,
        long electionMaxNanos,
        int appendBytesMax,
        int inflightMessagesMax,
        int inflightBytesMax,
        long uncommittedBytesMax,
        int applyBytesMax,
        long sleepAfterNanos,
        long unusedSleepNanos,
        long firstElectionSpreadNanos,
        long commitNewsNanos) {
    private static final long SLEEP_AFTER_NANOS = 5_000_000_000L;
    private static final long COMMIT_NEWS_NANOS = 50_000_000L;

    public RaftConfig {
        positive(heartbeatNanos, "heartbeatNanos");
        positive(appendBytesMax, "appendBytesMax");
        positive(inflightMessagesMax, "inflightMessagesMax");
        positive(inflightBytesMax, "inflightBytesMax");
        positive(uncommittedBytesMax, "uncommittedBytesMax");
        positive(applyBytesMax, "applyBytesMax");
        if (sleepAfterNanos < 0) {
            throw new IllegalArgumentException("sleepAfterNanos must not be negative; it is " + sleepAfterNanos);
        }
        if (unusedSleepNanos < 0 || unusedSleepNanos > sleepAfterNanos || firstElectionSpreadNanos < 0) {
            throw new IllegalArgumentException("unusedSleepNanos must be at most sleepAfterNanos (" + sleepAfterNanos
                    + "), and neither it nor firstElectionSpreadNanos negative; they are " + unusedSleepNanos + " and "
                    + firstElectionSpreadNanos);
        }
        if (commitNewsNanos < 0 || commitNewsNanos > heartbeatNanos) {
            throw new IllegalArgumentException("commitNewsNanos must be 0 to heartbeatNanos (" + heartbeatNanos
                    + "), since heartbeats tell it anyway; it is " + commitNewsNanos);
        }
        if (electionMinNanos < 2 * heartbeatNanos) {
            throw new IllegalArgumentException("electionMinNanos must be at least two heartbeats (" + 2 * heartbeatNanos
                    + "), or one lost heartbeat costs an election; it is " + electionMinNanos);
        }
        if (electionMaxNanos <= electionMinNanos) {
            throw new IllegalArgumentException("electionMaxNanos must be above electionMinNanos (" + electionMinNanos
                    + "), or timeouts cannot be randomised; it is " + electionMaxNanos);
        }
    }

    public RaftConfig(
            long heartbeatNanos,
            long electionMinNanos,
            long electionMaxNanos,
            int appendBytesMax,
            int inflightMessagesMax,
            int inflightBytesMax,
            long uncommittedBytesMax,
            int applyBytesMax) {
        this(
                heartbeatNanos,
                electionMinNanos,
                electionMaxNanos,
                appendBytesMax,
                inflightMessagesMax,
                inflightBytesMax,
                uncommittedBytesMax,
                applyBytesMax,
                SLEEP_AFTER_NANOS,
                SLEEP_AFTER_NANOS,
                0,
                0);
    }

    public RaftConfig withSleepAfter(long nanos) {
        return with(nanos, nanos, firstElectionSpreadNanos, commitNewsNanos);
    }

    public RaftConfig withSleepOfUnused(long nanos) {
        return with(sleepAfterNanos, Math.min(nanos, sleepAfterNanos), firstElectionSpreadNanos, commitNewsNanos);
    }

    public RaftConfig withFirstElectionSpread(long nanos) {
        return with(sleepAfterNanos, unusedSleepNanos, nanos, commitNewsNanos);
    }

    public RaftConfig withCommitNews(long nanos) {
        return with(sleepAfterNanos, unusedSleepNanos, firstElectionSpreadNanos, nanos);
    }

    private RaftConfig with(long sleepAfter, long unusedSleep, long spread, long commitNews) {
        return new RaftConfig(
                heartbeatNanos,
                electionMinNanos,
                electionMaxNanos,
                appendBytesMax,
                inflightMessagesMax,
                inflightBytesMax,
                uncommittedBytesMax,
                applyBytesMax,
                sleepAfter,
                unusedSleep,
                spread,
                commitNews);
    }

    public static RaftConfig defaults() {
        return new RaftConfig(300_000_000L, 1_000_000_000L, 2_000_000_000L, 1 << 20, 256, 16 << 20, 32L << 20, 4 << 20)
                .withCommitNews(COMMIT_NEWS_NANOS);
    }

    /** How long a leader may count on a confirmed round: less than the promise of those who confirmed it. */
    public long leaseNanos() {
        return electionMinNanos / 5 * 4;
    }

    private static void positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive; it is " + value);
        }
    }
}
