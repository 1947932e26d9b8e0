package dev.cleave.engine.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, little by little, the segments that opening has not, since their summaries told what is in them: a record that has rotted since is found
 * within minutes of the start, not when it is needed. What is held there has long been applied as a rule, so a damaged segment is not the end: the owners are asked to
 * compact what lies up to it, what the index knows in memory is written anew, and the segment goes. So does one that the opening has found damaged, lest each later one finds it again. Should the process end before, the next opening reads that segment and
 * breaks the groups concerned. Owned by the log agent.
 */
final class Scrub {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int STEP_BYTES = 1 << 20;

    private final Segments segments;
    private final Deque<Claim> claims;
    private @Nullable RecordScanner scanner;
    private long expected;
    private int damaged;
    private long nextNanos;

    /** The records that a segment holds according to its summary. */
    record Claim(int segment, long firstSequence, long lastSequence) {}

    /** {@code damaged}: the newest segment that the opening has found damaged; 0 if there is none. */
    Scrub(Segments segments, List<Claim> claims, int damaged, long nowNanos) {
        this.segments = segments;
        this.damaged = damaged;
        this.claims = new ArrayDeque<>(claims);
        nextNanos = nowNanos + STEP_NANOS;
    }

    long nextDeadlineNanos() {
        return claims.isEmpty() ? Long.MAX_VALUE : nextNanos;
    }

    /** The newest segment that holds other bytes than were written; 0 if there is none, or none any more. */
    int damaged() {
        damaged = damaged < segments.oldest() ? 0 : damaged;
        return damaged;
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

    private void isDamaged(int segment) {
        segments.dropSummary(segment);
        damaged = Math.max(damaged, segment);
        LOG.error(
                "log segment is damaged, what lies up to it is compacted and goes: replace this disk soon segment={} record={}",
                segment,
                expected);
    }

    /** Whether nothing is left to be read in the segment. */
    private boolean readOn(Claim claim) {
        RecordScanner reading = scanner == null ? start(claim) : scanner;
        int bytes = 0;
        while (bytes < STEP_BYTES && expected <= claim.lastSequence) {
            if (!reading.advance() || reading.sequence() != expected) {
                isDamaged(claim.segment);
                return true;
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
