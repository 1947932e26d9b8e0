package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The simulator's twin of {@link RocksStore}: batches live in memory until a flush, which also happens by itself after a write
 * with a given probability; ingesting and unlinking files are durable at once. What is durable lies on a {@link MemoryDisk};
 * {@link MemoryDisk#crash} loses the rest. With the same calls and the same randomness it does the same.
 */
@AnyThread
public final class MemoryStore implements KvEngine {
    private static final double FLUSH_PROBABILITY = 0.02;
    /** How often what was flushed is no longer in any cache. */
    private static final double MISS_PROBABILITY = 0.2;

    private final MemoryDisk disk;
    private final Randomness randomness;
    private final double flushProbability;
    private final MemoryRangeFiles rangeFiles;
    /** Changed under the monitor of the disk. */
    private volatile MemoryState current;

    /** Those open, in the order in which they were taken. Guarded by the monitor of the disk. */
    private final Set<MemorySnapshot> snapshots = new LinkedHashSet<>();

    private volatile long flushes;

    private MemoryStore(MemoryDisk disk, Randomness randomness, double flushProbability) {
        this.disk = disk;
        this.randomness = randomness;
        this.flushProbability = flushProbability;
        rangeFiles = new MemoryRangeFiles(this, disk);
        current = disk.durable();
    }

    /** Opens what is durable on {@code disk}; about every 50th write is followed by a flush. */
    public static MemoryStore open(MemoryDisk disk, Randomness randomness) {
        return open(disk, randomness, FLUSH_PROBABILITY);
    }

    /**
     * Opens what is durable on {@code disk}; after each write everything is flushed with {@code flushProbability}.
     *
     * @throws EngineFailure if a store is open on it
     */
    public static MemoryStore open(MemoryDisk disk, Randomness randomness, double flushProbability) {
        MemoryStore store = new MemoryStore(disk, randomness, flushProbability);
        disk.attach(store);
        return store;
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        checkOpen();
        return copy(current.family(family).get(key));
    }

    /** What was not flushed yet is in memory; the rest is, or is not, by chance. */
    @Override
    public MemoryRead getFromMemory(byte[] key, int bytesMax) {
        synchronized (disk) {
            checkOpen();
            byte[] value = current.data().get(key);
            boolean isFlushed = Arrays.equals(value, disk.durable().data().get(key));
            if (isFlushed && chance() < MISS_PROBABILITY) {
                return MemoryRead.ELSEWHERE;
            }
            if (value == null) {
                return MemoryRead.ABSENT;
            }
            return value.length > bytesMax ? MemoryRead.ELSEWHERE : MemoryRead.found(value.clone());
        }
    }

    @Override
    public void getAll(LentKeys keys, LentVisitor visitor) {
        checkOpen();
        SortedPairs data = current.data();
        byte[] room = new byte[KeyBounds.KEY_BYTES_MAX];
        boolean goesOn = true;
        for (int bytes = keys.next(room); bytes >= 0 && goesOn; bytes = goesOn ? keys.next(room) : -1) {
            byte[] value = data.get(Arrays.copyOf(room, bytes));
            goesOn = value == null || visitor.visit(room, bytes, value, value.length);
        }
    }

    /** As with {@link #getFromMemory}: what was flushed is there, or is not from some key on, by chance. */
    @Override
    public boolean getAllFromMemory(LentKeys keys, LentVisitor visitor) {
        boolean[] isMissing = {false};
        synchronized (disk) {
            SortedPairs flushed = disk.durable().data();
            boolean mayMiss = chance() < MISS_PROBABILITY;
            getAll(keys, (key, keyBytes, value, valueBytes) -> {
                boolean isFlushed = Arrays.equals(value, flushed.get(Arrays.copyOf(key, keyBytes)));
                isMissing[0] = valueBytes > MEMORY_VALUE_BYTES_MAX || (isFlushed && mayMiss && chance() < 0.5);
                return !isMissing[0] && visitor.visit(key, keyBytes, value, valueBytes);
            });
        }
        return !isMissing[0];
    }

    @Override
    public byte @Nullable [] getDurable(byte[] metaKey) {
        checkOpen();
        return copy(disk.durable().meta().get(metaKey));
    }

    @Override
    public KvBatch newBatch() {
        return new MemoryBatch(this);
    }

    @Override
    public void write(KvBatch batch) {
        if (!(batch instanceof MemoryBatch own) || !own.belongsTo(this)) {
            throw new IllegalArgumentException("the batch is not from this engine; take one from its newBatch()");
        }
        synchronized (disk) {
            checkOpen();
            current = own.applyTo(current);
            own.close();
            if (flushProbability > 0 && chance() < flushProbability) {
                flush();
            }
        }
    }

    @Override
    public KvSnapshot snapshot() {
        synchronized (disk) {
            checkOpen();
            MemorySnapshot taken = new MemorySnapshot(this, current);
            snapshots.add(taken);
            return taken;
        }
    }

    @Override
    public void scan(Family family, KeyRange range, boolean isReverse, LentVisitor visitor) {
        checkOpen();
        current.family(family).within(range).lend(isReverse, visitor);
    }

    /** As with {@link #getFromMemory}: what was flushed is there, or is not from some pair on, by chance. */
    @Override
    public boolean scanMemory(KeyRange dataRange, boolean isReverse, LentVisitor visitor) {
        SortedPairs pairs;
        long inMemory = Long.MAX_VALUE;
        synchronized (disk) {
            checkOpen();
            pairs = current.data().within(dataRange);
            boolean isFlushed = disk.durable().data().within(dataRange).count() > 0;
            if (isFlushed && chance() < MISS_PROBABILITY) {
                inMemory = (long) (chance() * pairs.count());
            }
        }
        PartialScan scan = new PartialScan(inMemory, visitor);
        pairs.lend(isReverse, scan);
        return !scan.isMissing();
    }

    void forget(MemorySnapshot closed) {
        synchronized (disk) {
            snapshots.remove(closed);
        }
    }

    @Override
    public void flush() {
        synchronized (disk) {
            checkOpen();
            disk.makeDurable(current);
            flushes = flushes + 1;
        }
    }

    @Override
    public long flushes() {
        checkOpen();
        return flushes;
    }

    /** One map is one sorted run. */
    @Override
    public boolean compactForScans(boolean mayBegin) {
        checkOpen();
        return false;
    }

    @Override
    public RangeFiles rangeFiles() {
        return rangeFiles;
    }

    @Override
    public void replaceRange(KeyRange dataRange, Iterable<String> fileNames) {
        synchronized (disk) {
            checkOpen();
            SortedPairs replaced = rangeFiles.addTo(current.data().without(dataRange), dataRange, fileNames);
            current = current.with(Family.DATA, replaced);
            flush();
        }
    }

    /** RocksDB unlinks the files that lie wholly inside the range at once: none, some or all, by chance here. */
    @Override
    public void destroyRange(KeyRange dataRange) {
        synchronized (disk) {
            checkOpen();
            disk.makeDurable(unlinkSome(disk.durable(), dataRange));
            current = current.withoutData(dataRange);
            snapshots.forEach(snapshot -> snapshot.lose(state -> unlinkSome(state, dataRange)));
        }
    }

    @Override
    public long approximateBytes(KeyRange dataRange) {
        checkOpen();
        return current.data().within(dataRange).bytes();
    }

    @Override
    public Optional<Key> middleKey(KeyRange dataRange) {
        checkOpen();
        return current.data().within(dataRange).middleKey().map(Key::copyOf);
    }

    @Override
    public long memoryBytes() {
        checkOpen();
        return current.data().bytes() + current.meta().bytes();
    }

    /** Flushes, as {@link RocksStore} does by default. After a crash of the disk it does nothing. */
    @Override
    public void close() {
        synchronized (disk) {
            if (disk.holds(this)) {
                flush();
                disk.detach(this);
            }
        }
    }

    void checkOpen() {
        if (!disk.holds(this)) {
            throw new IllegalStateException("the memory engine is closed, or its disk has crashed");
        }
    }

    private MemoryState unlinkSome(MemoryState durable, KeyRange range) {
        SortedPairs inside = durable.data().within(range);
        if (inside.count() == 0) {
            return durable;
        }
        long from = randomness.below(inside.count());
        long to = from + randomness.below(inside.count() - from + 1);
        if (from == to) {
            return durable;
        }
        Key start = Key.copyOf(inside.keyAt(from));
        Key end = to == inside.count() ? range.endExclusive() : Key.copyOf(inside.keyAt(to));
        return durable.withoutData(KeyRange.of(start, end));
    }

    /** Uniform in [0, 1). */
    private double chance() {
        return (randomness.nextLong() >>> 11) * 0x1p-53;
    }

    private static byte @Nullable [] copy(byte @Nullable [] value) {
        return value == null ? null : value.clone();
    }
}
