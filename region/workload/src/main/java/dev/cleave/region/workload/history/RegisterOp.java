package dev.cleave.region.workload.history;

/**
 * One operation as one register sees it. Values are small numbers given out by {@link RegisterHistory}.
 *
 * @param need the value it must find, or {@link #ANY}
 * @param makes the value it leaves; equal to {@code need} for a read
 * @param returnNanos {@link Operation#NEVER} if the outcome is unknown: then it may also never have happened
 */
record RegisterOp(Operation source, int need, int makes, long callNanos, long returnNanos) {
    static final int ANY = -1;

    static RegisterOp read(Operation source, int value) {
        return of(source, value, value);
    }

    static RegisterOp write(Operation source, int value) {
        return of(source, ANY, value);
    }

    static RegisterOp compareAndSet(Operation source, int expected, int next) {
        return of(source, expected, next);
    }

    private static RegisterOp of(Operation source, int need, int makes) {
        return new RegisterOp(source, need, makes, source.callNanos(), source.returnNanos());
    }

    boolean isKnown() {
        return returnNanos != Operation.NEVER;
    }

    /** Leaves what it found: a read, or a compare-and-set of a value to itself. */
    boolean isRead() {
        return need == makes;
    }

    boolean isWrite() {
        return need == ANY;
    }

    boolean fits(int state) {
        return need == ANY || need == state;
    }
}
