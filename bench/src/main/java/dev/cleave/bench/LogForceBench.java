package dev.cleave.bench;

import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.SharedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
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

/**
 * Question: what does one turn cost from the hand-over to the log to the callback after the force, with entries of so many groups in it? The
 * last answer lies in {@code bench/results}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class LogForceBench {
    private static final int PAYLOAD_BYTES = 160;

    /** Groups that each write one entry in the turn. */
    @Param({"1", "16", "128"})
    private int groups;

    private @Nullable Path directory;
    private @Nullable ThreadAgentHost agents;
    private @Nullable SharedLog log;
    private long index = 5;

    @Setup(Level.Trial)
    public void open() throws IOException {
        Path fresh = Files.createTempDirectory(Path.of("target"), "log-bench");
        ThreadAgentHost host = new ThreadAgentHost(new SystemClock(), (role, failure) -> {
            throw new IllegalStateException(role, failure);
        });
        directory = fresh;
        agents = host;
        log = SharedLog.openChronicle(fresh, LogOptions.defaults(), host, new SystemClock());
    }

    @Benchmark
    public void oneTurn() throws InterruptedException {
        index++;
        CountDownLatch forced = new CountDownLatch(1);
        LogWrite write = new LogWrite(done -> forced.countDown());
        for (long group = 1; group <= groups; group++) {
            ByteBuffer entry = ByteBuffer.allocate(EntryLayout.HEADER_BYTES + PAYLOAD_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
            EntryLayout.put(entry, (byte) 1, index, 6, ByteBuffer.allocate(PAYLOAD_BYTES));
            LogWrite.Section section = write.section(group, group);
            if (index == 6) {
                section.reset(5, 5);
            }
            section.entry(entry.flip()).hardState(6, 1, index - 1).compact(index - 1, 6);
        }
        Invariant.check(Invariant.present(log, "the log is open").write(write), "the log takes one turn at a time");
        Invariant.check(forced.await(30, TimeUnit.SECONDS), "a force ends within 30 s");
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        Invariant.present(log, "the log is open").close();
        Invariant.present(agents, "agents run").close();
        try (Stream<Path> files = Files.walk(Invariant.present(directory, "there is a directory"))) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
