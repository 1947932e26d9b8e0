package dev.cleave.region.raft;

/** What a majority agrees on. An empty half of a configuration agrees with everything. */
final class Quorum {
    /** How a vote stands. */
    enum Tally {
        PENDING,
        WON,
        LOST
    }

    private Quorum() {}

    /** The largest v such that a majority of the first {@code count} values is ≥ v. Sorts {@code values}. */
    static long agreed(long[] values, int count) {
        if (count == 0) {
            return Long.MAX_VALUE;
        }
        for (int i = 1; i < count; i++) {
            long value = values[i];
            int at = i - 1;
            while (at >= 0 && values[at] > value) {
                values[at + 1] = values[at];
                at--;
            }
            values[at + 1] = value;
        }
        return values[count - (count / 2 + 1)];
    }

    static Tally tally(int voters, int yes, int no) {
        int majority = voters / 2 + 1;
        if (voters == 0 || yes >= majority) {
            return Tally.WON;
        }
        return voters - no < majority ? Tally.LOST : Tally.PENDING;
    }

    /** Both halves of a joint configuration must agree. */
    static Tally both(Tally incoming, Tally outgoing) {
        if (incoming == Tally.LOST || outgoing == Tally.LOST) {
            return Tally.LOST;
        }
        return incoming == Tally.WON && outgoing == Tally.WON ? Tally.WON : Tally.PENDING;
    }
}
