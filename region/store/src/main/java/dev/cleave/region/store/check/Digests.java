package dev.cleave.region.store.check;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.store.lifecycle.StorageDuty;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.DigestReading;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionDigest;
import dev.cleave.region.store.state.RegionStates;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the views that check entries have taken, one after the other and some megabytes per turn, and tells the digests. A view is dropped if its region changed
 * its range or its data meanwhile: files below the view may then be gone. Whoever wants to know asks again.
 */
@OwnedBy("storage agent")
public final class Digests implements StorageDuty {
    private static final Logger LOG = LoggerFactory.getLogger(Digests.class);
    /** Each view keeps the engine from letting go of what was overwritten since. */
    private static final int WAITING_MAX = 4;

    private static final long BYTES_PER_TURN = 4L << 20;

    private final RegionStates states;
    private final PublishedRegions published;
    private final Told told;
    private final ArrayDeque<Task> waiting = new ArrayDeque<>();
    private long turnNanos;

    /** Hears of each digest. Must not block. */
    @FunctionalInterface
    public interface Told {
        void digest(long checkId, long replicaId, RegionDigest digest);
    }

    private record Task(long checkId, AppliedRegion of, DigestReading reading) {}

    public Digests(RegionStates states, PublishedRegions published, Told told) {
        this.states = states;
        this.published = published;
        this.told = told;
    }

    /** Apply agent: {@code view} shows the engine right behind the check entry. The caller wakes the storage agent. */
    public void due(AppliedRegion region, long checkId, KvSnapshot view) {
        Optional<DigestReading> reading = DigestReading.of(view, region.id());
        synchronized (waiting) {
            boolean isKnown = waiting.stream().anyMatch(task -> task.of.id() == region.id());
            if (reading.isPresent() && !isKnown && waiting.size() < WAITING_MAX) {
                waiting.addLast(new Task(checkId, region, reading.get()));
                return;
            }
        }
        reading.ifPresent(DigestReading::close);
    }

    @Override
    public int doWork(long nowNanos) {
        turnNanos = nowNanos;
        Task task = first();
        if (task == null) {
            return 0;
        }
        boolean isWhole = task.reading.read(BYTES_PER_TURN);
        boolean isVoid = isVoid(task);
        if (!isWhole && !isVoid) {
            return 1;
        }
        synchronized (waiting) {
            waiting.removeFirst();
        }
        task.reading.close();
        LOG.debug(
                "event=region-digest region={} replica={} check={} digest={} void={}",
                task.of.id(),
                task.of.replicaId(),
                task.checkId,
                task.reading.digest(),
                isVoid);
        if (!isVoid) {
            told.digest(task.checkId, task.of.replicaId(), task.reading.digest());
        }
        return 1;
    }

    private @Nullable Task first() {
        synchronized (waiting) {
            return waiting.peekFirst();
        }
    }

    private boolean isVoid(Task task) {
        LocalRegion local = published.byId(task.of.id());
        return local == null
                || states.find(task.of.id()) != task.of
                || !local.region().range().equals(task.reading.region().range());
    }

    @Override
    public long nextDeadlineNanos() {
        return first() == null ? Long.MAX_VALUE : turnNanos;
    }

    @Override
    public void close() {
        synchronized (waiting) {
            waiting.forEach(task -> task.reading.close());
            waiting.clear();
        }
    }
}
