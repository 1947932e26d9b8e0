package dev.cleave.region.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long MILLI = 1_000_000L;
    private static final int CHUNK = SnapshotFrame.CHUNK_BYTES;

    @Test
    void overAnyTimeNoMoreFlowsThanTheRateAndOneBucket() {
        long bytesPerSecond = 8 << 20;
        RateLimit limit = new RateLimit(bytesPerSecond);
        long taken = 0;
        for (long milli = 0; milli < 10_000; milli++) {
            while (limit.take(CHUNK, 5_000 * MILLI + milli * MILLI)) {
                taken += CHUNK;
            }
        }

        long bucket = Math.max(bytesPerSecond / 50, 2L * CHUNK);
        assertThat(taken).isBetween(10 * bytesPerSecond - bucket, 10 * bytesPerSecond + bucket);
    }

    @Test
    void whoWasIdleForAnHourMayNotMakeUpForIt() {
        RateLimit limit = new RateLimit(8 << 20);
        while (limit.take(CHUNK, MILLI)) {
            // empties the bucket
        }
        int burst = 0;
        while (limit.take(CHUNK, 3_600_000 * MILLI)) {
            burst++;
        }

        assertThat(burst).isBetween(1, 4);
    }

    /** A rate so low that a chunk takes longer than a fill still lets one through in the end. */
    @Test
    void aLowRateStillLetsChunksThrough() {
        RateLimit limit = new RateLimit(1 << 20);
        int taken = 0;
        for (long milli = 0; milli < 4_000; milli++) {
            taken += limit.take(CHUNK, milli * MILLI) ? 1 : 0;
        }

        assertThat(taken * (long) CHUNK).isBetween(4L << 20, 5L << 20);
    }
}
