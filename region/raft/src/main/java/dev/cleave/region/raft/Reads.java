package dev.cleave.region.raft;

/**
 * Reads that wait for proof that this replica still led when they arrived. The proof is a heartbeat round that began
 * afterwards, confirmed by a quorum; rounds are numbered by the leader and never come back (rule 96). Several reads share
 * a round. Bounded; an overfull queue refuses.
 */
final class Reads {
    private static final long[] NOTHING = {};
    static final int READS_MAX = 1 << 16;
    /** With more rounds on their way none is begun for reads: they wait for the next, or nobody would know any more when a round began. */
    static final int ROUNDS_UNDER_WAY_MAX = 32;

    private static final int ROUND_TIMES = 64;

    private long[] tokens = NOTHING;
    private long[] indexes = NOTHING;
    private long[] rounds = NOTHING;
    private int head;
    private int count;
    private long round;
    private boolean isRoundWanted;
    private long confirmed;
    /** When the latest rounds began, a ring each; there is none before a round begins, and none in a sleeping group. */
    private long[] roundNanos = NOTHING;

    private long[] roundWallMillis = NOTHING;
    /** Of the rounds up to here nobody knows any more when they began. */
    private long forgottenRound;

    /** The last round begun. */
    long round() {
        return round;
    }

    /** Whether reads wait for a round that may begin now. */
    boolean isRoundDue(long confirmedRound) {
        confirmed = Math.max(confirmed, confirmedRound);
        return isRoundWanted && round - confirmed < ROUNDS_UNDER_WAY_MAX;
    }

    /** A round is to begin at the next chance, whether anybody reads or not. */
    void wantRound() {
        isRoundWanted = true;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The read waits for the round after the last one begun. */
    boolean add(long token, long index) {
        if (count == READS_MAX) {
            return false;
        }
        if (count == tokens.length) {
            grow();
        }
        int at = (head + count++) % tokens.length;
        tokens[at] = token;
        indexes[at] = index;
        rounds[at] = round + 1;
        isRoundWanted = true;
        return true;
    }

    long beginRound(long now, long wallMillis) {
        round++;
        if (roundNanos.length == 0) {
            roundNanos = new long[ROUND_TIMES];
            roundWallMillis = new long[ROUND_TIMES];
        }
        roundNanos[(int) (round % ROUND_TIMES)] = now;
        roundWallMillis[(int) (round % ROUND_TIMES)] = wallMillis;
        isRoundWanted = false;
        return round;
    }

    /** When a round began; {@link Progress#NEVER} if that was too many rounds ago, or before the first. */
    long beganNanos(long aRound) {
        return aRound <= forgottenRound || aRound > round || round - aRound >= ROUND_TIMES
                ? Progress.NEVER
                : roundNanos[(int) (aRound % ROUND_TIMES)];
    }

    /** What the wall clock showed then; means something only if {@link #beganNanos} does. */
    long beganWallMillis(long aRound) {
        return roundWallMillis.length == 0 ? 0 : roundWallMillis[(int) (aRound % ROUND_TIMES)];
    }

    /** Hands out what is confirmed by {@code confirmedRound}. */
    void release(long confirmedRound, Ready out) {
        while (count > 0 && rounds[head] <= confirmedRound) {
            out.addRead(tokens[head], indexes[head]);
            head = (head + 1) % tokens.length;
            count--;
        }
    }

    void clear() {
        head = 0;
        count = 0;
        isRoundWanted = false;
        confirmed = round;
        if (tokens.length > 1024) {
            trim();
        }
    }

    /** Lets go of its room, if nothing is in it, and of the times of rounds: nobody may count a lease from one of them. */
    void trim() {
        roundNanos = NOTHING;
        roundWallMillis = NOTHING;
        forgottenRound = round;
        if (count == 0) {
            head = 0;
            tokens = NOTHING;
            indexes = NOTHING;
            rounds = NOTHING;
        }
    }

    private void grow() {
        int size = Math.max(8, tokens.length * 2);
        tokens = unrolled(tokens, size);
        indexes = unrolled(indexes, size);
        rounds = unrolled(rounds, size);
        head = 0;
    }

    private long[] unrolled(long[] ring, int size) {
        long[] more = new long[size];
        for (int i = 0; i < count; i++) {
            more[i] = ring[(head + i) % ring.length];
        }
        return more;
    }
}
