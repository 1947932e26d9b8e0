package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Invariant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one map that says what each region's replica is on this store. A replica begins by a message, by a split, by a snapshot or by the
 * cluster's first start, and all of them ask here. Steps are short and never wait.
 */
@AnyThread
public final class ReplicaLives {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaLives.class);

    private final int uninitializedMax;
    private final Map<Long, Entry> byRegion = new TreeMap<>();
    private int uninitialized;

    /** A region's replica: for a tombstone the newest that was destroyed. */
    private static final class Entry {
        Life life = Life.ABSENT;
        long replicaId;
    }

    /**
     * @param uninitializedMax replicas without a descriptor that may exist at once: each costs memory, and whoever sends messages can make one
     */
    public ReplicaLives(int uninitializedMax) {
        this.uninitializedMax = uninitializedMax;
    }

    public synchronized Life of(long region) {
        Entry entry = byRegion.get(region);
        return entry == null ? Life.ABSENT : entry.life;
    }

    /** The replicas that have ended here, the newest of each region. */
    public synchronized List<Long> destroyed() {
        return byRegion.values().stream()
                .filter(entry -> entry.life == Life.TOMBSTONE)
                .map(entry -> entry.replicaId)
                .toList();
    }

    /** Whether exactly this replica is alive in {@code life}. */
    public synchronized boolean is(long region, long replicaId, Life life) {
        Entry entry = byRegion.get(region);
        return entry != null && entry.replicaId == replicaId && entry.life == life;
    }

    /** A message has come for a replica that is not here: may it begin, still empty? */
    public synchronized boolean mayCreate(long region, long replicaId) {
        Entry entry = byRegion.get(region);
        if (entry != null && entry.life == Life.UNINITIALIZED && replicaId >= entry.replicaId) {
            // Allowed before, but the host could not make it yet.
            entry.replicaId = replicaId;
            return true;
        }
        if (uninitialized >= uninitializedMax || !mayBegin(region, replicaId)) {
            return false;
        }
        become(region, replicaId, Life.UNINITIALIZED);
        return true;
    }

    /** The replica gets a range of its own: false if this very one was destroyed already, or a newer one is here or on its way. */
    public synchronized boolean mayBeBorn(long region, long replicaId) {
        boolean isWaiting = is(region, replicaId, Life.UNINITIALIZED);
        if (!isWaiting && !mayBegin(region, replicaId)) {
            return false;
        }
        become(region, replicaId, Life.INITIALIZED);
        return true;
    }

    /**
     * The replica has lost its log and is its region's only voter: its data stay, but it does not begin. False if a newer one is here or on its way. That it was put aside before
     * does not matter: nobody else has what it holds.
     */
    synchronized boolean keeps(long region, long replicaId) {
        boolean mayStay = mayBegin(region, replicaId) || is(region, replicaId, Life.TOMBSTONE);
        if (mayStay) {
            found(region, replicaId, Life.INITIALIZED);
        }
        return mayStay;
    }

    /** The replica shall never begin here, though it has not been here as far as is known; true for the first who says so. */
    synchronized boolean givesUp(long region, long replicaId) {
        boolean isFirst = mayBegin(region, replicaId);
        if (isFirst) {
            found(region, replicaId, Life.TOMBSTONE);
        }
        return isFirst;
    }

    private boolean mayBegin(long region, long replicaId) {
        Entry entry = byRegion.get(region);
        return entry == null
                || entry.life == Life.ABSENT
                || (entry.life == Life.TOMBSTONE && replicaId > entry.replicaId);
    }

    /** The replica's own snapshot replaces what it holds; false if the replica is on its way out. */
    synchronized boolean installs(long region, long replicaId) {
        boolean isReady = is(region, replicaId, Life.UNINITIALIZED) || is(region, replicaId, Life.INITIALIZED);
        if (isReady) {
            become(region, replicaId, Life.INSTALLING);
        }
        return isReady;
    }

    synchronized void installed(long region, long replicaId) {
        if (is(region, replicaId, Life.INSTALLING)) {
            become(region, replicaId, Life.INITIALIZED);
        }
    }

    /** The replica must go; true for the first who says so. */
    synchronized boolean ends(long region, long replicaId) {
        Entry entry = byRegion.get(region);
        boolean isFirst = entry != null && entry.replicaId == replicaId && entry.life.isAlive();
        if (isFirst) {
            become(region, replicaId, Life.DESTROYING);
        }
        return isFirst;
    }

    synchronized void ended(long region, long replicaId) {
        become(region, replicaId, Life.TOMBSTONE);
    }

    /** The replica is as found: at start-up, or because it is believed to have ended unseen. */
    synchronized void found(long region, long replicaId, Life life) {
        Entry entry = byRegion.computeIfAbsent(region, id -> new Entry());
        entry.replicaId = replicaId;
        set(entry, life);
    }

    private void become(long region, long replicaId, Life next) {
        Entry entry = byRegion.computeIfAbsent(region, id -> new Entry());
        Invariant.check(entry.life.mayBecome(next), "a replica's life goes forward", region, entry.life, next);
        LOG.debug("event=life region={} replica={} from={} to={}", region, replicaId, entry.life, next);
        entry.replicaId = replicaId;
        set(entry, next);
    }

    private void set(Entry entry, Life next) {
        uninitialized += (next == Life.UNINITIALIZED ? 1 : 0) - (entry.life == Life.UNINITIALIZED ? 1 : 0);
        entry.life = next;
    }
}
