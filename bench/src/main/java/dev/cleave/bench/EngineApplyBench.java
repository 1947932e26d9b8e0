package dev.cleave.bench;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.RocksOptions;
import dev.cleave.engine.kv.RocksStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rocksdb.RocksDBException;

/**
 * Question: what does applying a turn to the engine cost, against RocksDB driven by hand with a write batch that is used again and
 * again? Each turn puts so many pairs (keys of 20 random bytes, values of 128) and one applied index; no log, no write-ahead log, the
 * same column family options. The last answer lies in {@code bench/results}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(2)
public class EngineApplyBench {
    private static final int KEY_BYTES = 20;
    private static final int VALUE_BYTES = 128;
    private static final byte[] APPLIED_KEY = {'a', 0, 0, 0, 0, 0, 0, 0, 1};

    /** Entries applied in one turn. */
    @Param({"1", "16", "128"})
    private int entries;

    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[] value = new byte[VALUE_BYTES];
    private @Nullable Path directory;
    private @Nullable RocksStore engine;
    private @Nullable BareRocks bare;
    private long index;

    @Setup(Level.Iteration)
    public void open() throws IOException, RocksDBException {
        // Each iteration begins with an empty store: how much one way has written must not make the other's skip list
        // deeper.
        directory = Files.createTempDirectory(Path.of("target"), "apply-bench");
        engine = RocksStore.open(directory.resolve("engine"), RocksOptions.defaults());
        bare = new BareRocks(directory.resolve("bare"), RocksOptions.defaults());
    }

    @Benchmark
    public void engine() {
        RocksStore store = Invariant.present(engine, "the engine is open");
        KvBatch batch = store.newBatch();
        for (int i = 0; i < entries; i++) {
            batch.put(KvEngine.Family.DATA, key(), value);
        }
        batch.put(KvEngine.Family.META, APPLIED_KEY, applied());
        store.write(batch);
    }

    @Benchmark
    public void bare() throws RocksDBException {
        BareRocks rocks = Invariant.present(bare, "RocksDB is open");
        for (int i = 0; i < entries; i++) {
            rocks.put(key(), value);
        }
        rocks.write(APPLIED_KEY, applied());
    }

    private byte[] key() {
        byte[] key = new byte[KEY_BYTES];
        ByteBuffer into = ByteBuffer.wrap(key);
        into.putLong(random.nextLong()).putLong(random.nextLong()).putInt((int) index);
        return key;
    }

    private byte[] applied() {
        index++;
        return ByteBuffer.allocate(17).put((byte) 1).putLong(index).putLong(6).array();
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        Invariant.present(engine, "the engine is open").close();
        Invariant.present(bare, "RocksDB is open").close();
        try (Stream<Path> files = Files.walk(Invariant.present(directory, "there is a directory"))) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
