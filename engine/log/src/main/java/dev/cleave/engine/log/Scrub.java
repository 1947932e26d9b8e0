package dev.cleave.engine.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads, little by little, the segments that opening has not, since their summaries told what is in them: a record that has rotted since is found
 * within minutes of the start, not when it is needed. What it finds ends the log like any damage, and the next opening reads that segment. Owned by the log agent.
 */
final class Scrub {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int STEP_BYTES = 1 << 20;

    private final Segments segments;
    private final Deque<Claim> claims;
    private @Nullable RecordScanner scanner;
    private long expected;
    private long nextNanos;

    /** The records that a segment holds according to its summary. */
    record Claim(int segment, long firstSequence, long lastSequence) {}

    Scrub(Segments segments, List<Claim> claims, long nowNanos) {
        this.segments = segments;
        this.claims = new ArrayDeque<>(claims);
        nextNanos = nowNanos + STEP_NANOS;
    }

    long nextDeadlineNanos() {
        return claims.isEmpty() ? Long.MAX_VALUE : nextNanos;
    }

    /** Reads on, if it is time to. */
    void step(long nowNanos) {
        if (claims.isEmpty() || nowNanos - nextNanos < 0) {
            return;
        }
        nextNanos = nowNanos + STEP_NANOS;
        Claim claim = claims.element();
        if (segments.oldest() > claim.segment || readOn(claim)) {
            claims.remove();
            scanner = null;
        }
    }

    /** Whether all of the segment has been read. */
    private boolean readOn(Claim claim) {
        RecordScanner reading = scanner == null ? start(claim) : scanner;
        int bytes = 0;
        while (bytes < STEP_BYTES && expected <= claim.lastSequence) {
            if (!reading.advance() || reading.sequence() != expected) {
                segments.dropSummary(claim.segment);
                throw DiskFailure.damaged("segment " + claim.segment + " no longer holds record " + expected);
            }
            bytes += reading.length();
            expected++;
        }
        return expected > claim.lastSequence;
    }

    private RecordScanner start(Claim claim) {
        RecordScanner reading = new RecordScanner(segments);
        reading.start(claim.segment, 0);
        expected = claim.firstSequence;
        scanner = reading;
        return reading;
    }
}
