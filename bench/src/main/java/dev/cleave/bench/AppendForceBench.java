package dev.cleave.bench;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.SharedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
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
 * Question: what do append and force of entries of 256 bytes cost in the log, beside writing as many bytes to a plain file of 60 MiB that was allocated
 * before? All on one thread, without a hand-over. The last answer lies in {@code bench/results}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class AppendForceBench {
    private static final int ENTRY_BYTES = 256;
    private static final int FILE_BYTES = 60 << 20;
    private static final long KEPT_ENTRIES = 10_000;

    /** Entries before each force. */
    @Param({"1", "100"})
    private int entries;

    /** The log as it is; a plain file allocated by fallocate, and one filled with zeros. */
    @Param({"log", "fallocated", "zeroed"})
    private String way = "log";

    private @Nullable Path directory;
    private @Nullable ManualAgentHost agents;
    private @Nullable SharedLog log;
    private @Nullable FileChannel file;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(100 * ENTRY_BYTES);
    private final byte[] payload = new byte[ENTRY_BYTES - EntryLayout.HEADER_BYTES];
    private boolean isForced;
    private long files;
    private long end;
    private long index = 5;

    @Setup(Level.Trial)
    public void open() throws IOException {
        Path fresh = Files.createTempDirectory(Path.of("target"), "append-bench");
        directory = fresh;
        if (way.equals("log")) {
            ManualAgentHost host = new ManualAgentHost((role, failure) -> {
                throw new IllegalStateException(role, failure);
            });
            agents = host;
            log = SharedLog.openChronicle(fresh, LogOptions.defaults(), host, new SystemClock());
        } else {
            file = nextFile();
        }
    }

    @Benchmark
    public void appendAndForce() throws IOException {
        if (log != null) {
            toLog(log);
        } else {
            toFile();
        }
    }

    private void toLog(SharedLog open) {
        isForced = false;
        LogWrite write = new LogWrite(done -> isForced = true);
        LogWrite.Section section = write.section(1, 1);
        if (index == 5) {
            section.reset(5, 5);
        }
        for (int i = 0; i < entries; i++) {
            ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            EntryLayout.put(entry, (byte) 1, ++index, 6, ByteBuffer.wrap(payload));
            section.entry(entry.flip());
        }
        section.hardState(6, 1, index - 1);
        if (index % KEPT_ENTRIES == 0) {
            section.compact(index, 6);
        }
        Invariant.check(open.write(write), "the log takes one turn at a time");
        Invariant.present(agents, "agents run").runRound(System.nanoTime());
        Invariant.check(isForced, "a turn of the log forces what was queued");
    }

    private void toFile() throws IOException {
        int count = entries * ENTRY_BYTES;
        if (end + count > FILE_BYTES) {
            Invariant.present(file, "a file is open").close();
            file = nextFile();
        }
        FileChannel open = Invariant.present(file, "a file is open");
        bytes.clear().limit(count);
        open.write(bytes, end);
        open.force(false);
        end += count;
    }

    /** As in the log, allocating the next file is part of what it costs. */
    private FileChannel nextFile() throws IOException {
        Path path = Invariant.present(directory, "there is a directory").resolve("plain" + files++);
        end = 0;
        if (way.equals("fallocated")) {
            allocate(path);
        }
        FileChannel fresh =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        if (way.equals("zeroed")) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
                fresh.write(zeros.clear(), at);
            }
        }
        fresh.force(true);
        return fresh;
    }

    private static void allocate(Path path) throws IOException {
        Process allocating = new ProcessBuilder("fallocate", "-l", String.valueOf(FILE_BYTES), path.toString())
                .inheritIO()
                .start();
        Invariant.check(allocating.onExit().join().exitValue() == 0, "the file system allocates");
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        if (log != null) {
            log.close();
        }
        if (file != null) {
            file.close();
        }
        try (Stream<Path> found = Files.walk(Invariant.present(directory, "there is a directory"))) {
            found.sorted(Comparator.reverseOrder())
                    .forEach(each -> each.toFile().delete());
        }
    }
}
