package dev.cleave.region.raft;

import java.util.Arrays;

/** One entry as a test host keeps it. */
record Entry(long index, long term, byte type, byte[] payload) {
    long fingerprint() {
        return (type * 31L + Arrays.hashCode(payload)) * 1_000_003L + payload.length;
    }

    int bytes() {
        return 24 + payload.length;
    }
}
