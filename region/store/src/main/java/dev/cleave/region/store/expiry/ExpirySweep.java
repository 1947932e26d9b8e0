package dev.cleave.region.store.expiry;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.store.lifecycle.StorageDuty;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings back the space of values that are gone: reads regions that are led here, a little at a time, and proposes to remove what has expired. A region is read when its first value
 * expires, as far as known, but not more often than once per pause; one of which nothing is known (after a start, a snapshot or a split) is read once. A region without expiring values
 * costs nothing more.
 */
@OwnedBy("storage agent")
public final class ExpirySweep implements StorageDuty {
    /** Of regions that hold little: there may be thousands of them after a start. */
    private static final int LOOKS_PER_TURN = 8;

    private static final int PAIRS_PER_TURN = 2000;
    private static final int BYTES_PER_TURN = 1 << 20;
    /** Between two turns, so that a look at a large region leaves disk and agent to others. */
    private static final long STEP_NANOS = 20_000_000L;
    /** An entry of a sweep stays small beside the writes of clients. */
    private static final int KEY_BYTES_MAX = 64 << 10;

    private final KvEngine engine;
    private final PublishedRegions published;
    private final ExpiryClock clock;
    private final ExpiryOptions options;
    private final LongPredicate leads;
    private final Proposals proposals;
    /** When the first value of a region expires, by all that was written since the last look began; shared with the apply agent. */
    private final Map<Long, Long> written = new HashMap<>();
    /** The same, as of the last look; {@link Long#MAX_VALUE} where there was none. Regions that are gone or led elsewhere are not in it. */
    private final Map<Long, Due> due = new HashMap<>();

    private final ArrayDeque<Long> round = new ArrayDeque<>();
    private long nextRoundNanos = Long.MIN_VALUE;
    private long nextStepNanos = Long.MIN_VALUE;
    private @Nullable Look look;
    /** Whether the last part read was so small that another one may follow in the same turn. */
    private boolean wasSmall;

    /** Hands a sweep to the region's log. */
    @FunctionalInterface
    public interface Proposals {
        void propose(long region, SweepCommand sweep);
    }

    /** What a look at a region for this range has found. */
    private record Due(KeyRange range, long expiryMillis, long lookedNanos) {}

    /** A region that is being read. */
    private static final class Look {
        final LocalRegion local;
        final KeyRange range;
        final List<Key> gone = new ArrayList<>();
        Key from;
        long earliest = Long.MAX_VALUE;
        int goneBytes;

        Look(LocalRegion local) {
            this.local = local;
            range = local.region().range();
            from = range.startInclusive();
        }
    }

    public ExpirySweep(
            KvEngine engine,
            PublishedRegions published,
            ExpiryClock clock,
            ExpiryOptions options,
            LongPredicate leads,
            Proposals proposals) {
        this.engine = engine;
        this.published = published;
        this.clock = clock;
        this.options = options;
        this.leads = leads;
        this.proposals = proposals;
    }

    /** A value that expires was written to the region. Called by the apply agent. */
    public void written(long region, long expiryMillis) {
        synchronized (written) {
            written.merge(region, expiryMillis, Math::min);
        }
    }

    @Override
    public int doWork(long nowNanos) {
        if (look == null && round.isEmpty() && isDue(nextRoundNanos, nowNanos)) {
            nextRoundNanos = nowNanos + options.roundNanos();
            beginRound(nowNanos);
        }
        if ((look == null && round.isEmpty()) || !isDue(nextStepNanos, nowNanos)) {
            return 0;
        }
        nextStepNanos = nowNanos + STEP_NANOS;
        int looks = 0;
        do {
            begin(nowNanos);
            Look current = look;
            if (current == null) {
                break;
            }
            looks++;
            if (readOn(current)) {
                look = null;
            }
        } while (wasSmall && look == null && looks < LOOKS_PER_TURN);
        return looks;
    }

    private static boolean isDue(long atNanos, long nowNanos) {
        return atNanos == Long.MIN_VALUE || nowNanos - atNanos >= 0;
    }

    private void beginRound(long nowNanos) {
        Map<Long, Due> kept = new HashMap<>();
        long nowMillis = clock.millis();
        for (LocalRegion local : published.now().all()) {
            long region = local.id();
            if (!leads.test(region)) {
                continue;
            }
            Due known = due.get(region);
            if (known == null || !known.range().equals(local.region().range())) {
                round.add(region);
                continue;
            }
            kept.put(region, known);
            if (nowNanos - known.lookedNanos() >= options.pauseNanos() && earliest(region, known) <= nowMillis) {
                round.add(region);
            }
        }
        due.clear();
        due.putAll(kept);
    }

    private long earliest(long region, Due known) {
        synchronized (written) {
            return Math.min(known.expiryMillis(), written.getOrDefault(region, Long.MAX_VALUE));
        }
    }

    private void begin(long nowNanos) {
        while (look == null && !round.isEmpty()) {
            long region = round.remove();
            LocalRegion local = published.byId(region);
            if (local != null && leads.test(region)) {
                synchronized (written) {
                    written.remove(region);
                }
                look = new Look(local);
                due.put(region, new Due(local.region().range(), Long.MAX_VALUE, nowNanos));
            }
        }
    }

    /** Whether the look is over. */
    private boolean readOn(Look current) {
        long region = current.local.id();
        Part part = new Part(current);
        KeyRange rest = KeyRange.of(current.from, current.range.endExclusive());
        try (KvSnapshot snapshot = engine.snapshot()) {
            snapshot.scan(Family.DATA, DataKeys.toData(rest), false, part::visit);
        }
        wasSmall = part.pairs < PAIRS_PER_TURN / LOOKS_PER_TURN && part.bytes < BYTES_PER_TURN / LOOKS_PER_TURN;
        boolean isAbandoned = !leads.test(region);
        boolean isOver = isAbandoned || !part.isCut;
        boolean isFull = current.gone.size() >= SweepCommand.KEYS_MAX || current.goneBytes >= KEY_BYTES_MAX;
        if (!isAbandoned && !current.gone.isEmpty() && (isOver || isFull)) {
            proposals.propose(region, new SweepCommand(part.nowMillis, current.gone));
            current.gone.clear();
            current.goneBytes = 0;
        }
        if (isAbandoned) {
            due.remove(region);
        } else if (isOver) {
            due.computeIfPresent(region, (id, known) -> new Due(known.range(), current.earliest, known.lookedNanos()));
        }
        return isOver;
    }

    /** What is read of a region in one turn. */
    private final class Part {
        final Look look;
        final long nowMillis = clock.millis();
        int pairs;
        int bytes;
        boolean isCut;

        Part(Look look) {
            this.look = look;
        }

        boolean visit(byte[] dataKey, byte[] stored) {
            boolean isFull = pairs >= PAIRS_PER_TURN
                    || bytes >= BYTES_PER_TURN
                    || look.gone.size() >= SweepCommand.KEYS_MAX
                    || look.goneBytes >= KEY_BYTES_MAX;
            if (isFull) {
                isCut = true;
                look.from = DataKeys.toUser(dataKey);
                return false;
            }
            pairs++;
            bytes += dataKey.length + stored.length;
            long expiry = DataKeys.expiryMillis(stored);
            if (expiry <= nowMillis) {
                look.gone.add(DataKeys.toUser(dataKey));
                look.goneBytes += dataKey.length;
            }
            // What is gone counts too: its sweep may be refused, and the next look sees whether it was.
            look.earliest = Math.min(look.earliest, expiry);
            return true;
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return look == null && round.isEmpty() ? nextRoundNanos : nextStepNanos;
    }
}
