package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.MemoryRead;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.region.protocol.Region;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An engine whose batches are compared, region by region, with those of other replicas at the same applied index; and whose process may die around them. */
final class WatchedEngine implements KvEngine {
    private static final KeyRange DESCRIPTORS = KeyRange.of(Key.own(new byte[] {'d'}), Key.own(new byte[] {'d' + 1}));

    private final KvEngine engine;
    private final String store;
    private final Referee referee;
    private final StoreLedger ledger;
    private final Speech speech;
    private final Moments moments;
    private final Runnable read;

    /** {@code read} is called before and after clients' reads of data. */
    WatchedEngine(
            KvEngine engine,
            String store,
            Referee referee,
            StoreLedger ledger,
            Speech speech,
            Moments moments,
            Runnable read) {
        this.read = read;
        this.engine = engine;
        this.store = store;
        this.referee = referee;
        this.ledger = ledger;
        this.speech = speech;
        this.moments = moments;
    }

    @Override
    public KvBatch newBatch() {
        return new Batch(engine.newBatch());
    }

    @Override
    public void write(KvBatch batch) {
        Batch own = (Batch) batch;
        String moment = own.hasDescriptor() ? "descriptor" : "batch";
        moments.come(moment);
        if (own.hasPairs && own.applied.isEmpty()) {
            throw new Violation(store + ": a batch changes pairs without an applied index");
        }
        own.applied.forEach((region, applied) -> {
            if (own.descriptors.contains(region)) {
                ledger.changes(region, applied.getLong(1), applied.getLong(9));
            } else {
                ledger.applies(region, applied.getLong(1), applied.getLong(9));
            }
        });
        engine.write(own.batch);
        own.applied.forEach((region, applied) -> {
            Content content = Content.of(engine, region);
            if (content != null) {
                referee.applied(store, region, applied.getLong(1), applied.getLong(9), content);
            }
            speech.applied(region, applied.getLong(1));
            if (!own.descriptors.contains(region)) {
                ledger.hasApplied(region, applied.getLong(1));
            }
        });
        if (!own.regions.isEmpty()) {
            referee.territory().applied(store, own.regions);
            noOverlap();
        }
        moments.come(moment);
    }

    /** No two replicas of one store share a key. */
    private void noOverlap() {
        List<Region> here = new ArrayList<>();
        try (KvSnapshot snapshot = engine.snapshot()) {
            snapshot.scan(Family.META, DESCRIPTORS, false, (key, value) -> here.add(Content.region(value)));
        }
        for (int i = 0; i < here.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (here.get(i).range().overlaps(here.get(j).range())) {
                    throw new Violation(store + " holds replicas that overlap: " + here.get(i) + " and " + here.get(j));
                }
            }
        }
    }

    @Override
    public void flush() {
        moments.come("flush");
        engine.flush();
        moments.come("flush");
    }

    @Override
    public void replaceRange(KeyRange dataRange, Iterable<String> fileNames) {
        moments.come("replace-range");
        if (moments.strikes("range-cleared")) {
            // What was there is gone for good, and what is to replace it has not been taken in.
            try (KvBatch clear = engine.newBatch()) {
                clear.deleteRange(Family.DATA, dataRange);
                engine.write(clear);
            }
            engine.flush();
            moments.die("range-cleared");
        }
        engine.replaceRange(dataRange, fileNames);
        moments.come("replace-range");
    }

    @Override
    public void destroyRange(KeyRange dataRange) {
        moments.come("destroy-range");
        engine.destroyRange(dataRange);
        moments.come("destroy-range");
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        return engine.get(family, key);
    }

    @Override
    public MemoryRead getFromMemory(byte[] key, int bytesMax) {
        read.run();
        MemoryRead found = engine.getFromMemory(key, bytesMax);
        read.run();
        return found;
    }

    @Override
    public void getAll(LentKeys keys, LentVisitor visitor) {
        read.run();
        engine.getAll(keys, visitor);
        read.run();
    }

    @Override
    public boolean getAllFromMemory(LentKeys keys, LentVisitor visitor) {
        read.run();
        boolean isRead = engine.getAllFromMemory(keys, visitor);
        read.run();
        return isRead;
    }

    @Override
    public byte @Nullable [] getDurable(byte[] metaKey) {
        return engine.getDurable(metaKey);
    }

    @Override
    public KvSnapshot snapshot() {
        read.run();
        return engine.snapshot();
    }

    @Override
    public void scan(Family family, KeyRange range, boolean isReverse, LentVisitor visitor) {
        read.run();
        engine.scan(family, range, isReverse, visitor);
        read.run();
    }

    @Override
    public boolean scanMemory(KeyRange dataRange, boolean isReverse, LentVisitor visitor) {
        read.run();
        boolean isRead = engine.scanMemory(dataRange, isReverse, visitor);
        read.run();
        return isRead;
    }

    @Override
    public long flushes() {
        return engine.flushes();
    }

    @Override
    public boolean compactForScans(boolean mayBegin) {
        return engine.compactForScans(mayBegin);
    }

    @Override
    public RangeFiles rangeFiles() {
        return new WatchedRangeFiles(engine.rangeFiles(), moments);
    }

    @Override
    public long approximateBytes(KeyRange dataRange) {
        return engine.approximateBytes(dataRange);
    }

    @Override
    public Optional<Key> middleKey(KeyRange dataRange) {
        return engine.middleKey(dataRange);
    }

    @Override
    public long memoryBytes() {
        return engine.memoryBytes();
    }

    @Override
    public void close() {
        engine.close();
    }

    /** Notes which regions' applied state and descriptors go with it (docs/formats.md: META keys are a kind byte and an id). */
    private static final class Batch implements KvBatch {
        private final KvBatch batch;
        private final Map<Long, ByteBuffer> applied = new TreeMap<>();
        /** Regions whose descriptor changes; 0 for other marks of lives. */
        private final Set<Long> descriptors = new HashSet<>();

        private final List<Region> regions = new ArrayList<>();
        private boolean hasPairs;

        Batch(KvBatch batch) {
            this.batch = batch;
        }

        boolean hasDescriptor() {
            return !descriptors.isEmpty();
        }

        @Override
        public void put(Family family, byte[] key, byte[] value) {
            if (family == Family.META && key[0] == 'a') {
                applied.put(
                        ByteBuffer.wrap(key).getLong(1), ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN));
            }
            if (family == Family.META && key[0] != 'a') {
                descriptors.add(key[0] == 'd' ? ByteBuffer.wrap(key).getLong(1) : 0L);
            }
            if (family == Family.META && key[0] == 'd') {
                regions.add(Content.region(value));
            }
            hasPairs |= family == Family.DATA;
            batch.put(family, key, value);
        }

        @Override
        public void delete(Family family, byte[] key) {
            hasPairs |= family == Family.DATA;
            batch.delete(family, key);
        }

        @Override
        public void deleteRange(Family family, KeyRange range) {
            batch.deleteRange(family, range);
        }

        @Override
        public long bytes() {
            return batch.bytes();
        }

        @Override
        public boolean isEmpty() {
            return batch.isEmpty();
        }

        @Override
        public void close() {
            batch.close();
        }
    }
}
