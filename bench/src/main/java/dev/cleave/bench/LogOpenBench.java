package dev.cleave.bench;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.SharedLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
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
 * Question: how long does it take to open a log of 1 GB with entries of 256 bytes of a thousand groups, in a fresh JVM, with its pages in memory or not? The last answer
 * lies in {@code bench/results}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(3)
public class LogOpenBench {
    private static final int ENTRY_BYTES = 256;
    private static final int GROUPS = 1_000;
    private static final int ENTRIES_PER_GROUP = (1 << 30) / ENTRY_BYTES / GROUPS;
    private static final LogOptions OPTIONS = LogOptions.defaults().withDiskBytesMax(4L << 30);

    @Param({"cold", "warm"})
    private String pages = "cold";

    /** Whether segments have their summaries, or all of them must be read. */
    @Param({"summed-up", "read"})
    private String segments = "summed-up";

    private final Path directory = Path.of("target", "open-bench");
    private @Nullable SharedLog log;

    /** Written once, by a JVM of its own: this one shall be as fresh as a store that starts. */
    @Setup(Level.Trial)
    public void prepare() throws IOException, InterruptedException {
        clean();
        String command = ProcessHandle.current().info().command().orElse("java");
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        ProcessBuilder writer = new ProcessBuilder(Stream.of(
                        Stream.of(command),
                        flags.stream().filter(flag -> !flag.startsWith("-XX:CompileCommand")),
                        Stream.of(
                                "-cp",
                                System.getProperty("java.class.path"),
                                LogOpenBench.class.getName(),
                                directory.toString()))
                .flatMap(words -> words)
                .toList());
        Invariant.check(writer.inheritIO().start().waitFor() == 0, "the log is written");
        if (segments.equals("read")) {
            forgetSummaries();
        }
        if (pages.equals("cold")) {
            evict();
        }
    }

    private void forgetSummaries() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".summary")).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Tells the kernel to drop all pages that it may, which only root can, or else these files'. */
    private void evict() throws IOException, InterruptedException {
        Path dropAll = Path.of("/proc/sys/vm/drop_caches");
        if (Files.isWritable(dropAll)) {
            Invariant.check(new ProcessBuilder("sync").start().waitFor() == 0, "what is dirty is written");
            Files.writeString(dropAll, "3");
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Process dropping = new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none")
                        .inheritIO()
                        .start();
                Invariant.check(dropping.waitFor() == 0, "pages are dropped");
            }
        }
    }

    @Benchmark
    public SharedLog open() {
        SharedLog opened = SharedLog.openChronicle(directory, OPTIONS, host(), new SystemClock());
        Invariant.check(opened.recovered().size() == GROUPS, "all groups are found");
        log = opened;
        return opened;
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        Invariant.present(log, "the log is open").close();
        clean();
    }

    private void clean() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> found = Files.walk(directory)) {
            found.sorted(Comparator.reverseOrder())
                    .forEach(each -> each.toFile().delete());
        }
    }

    private static ManualAgentHost host() {
        return new ManualAgentHost((role, failure) -> {
            throw new IllegalStateException(role, failure);
        });
    }

    /** The writer. */
    public static void main(String[] arguments) {
        ManualAgentHost host = host();
        SharedLog log = SharedLog.openChronicle(Path.of(arguments[0]), OPTIONS, host, new SystemClock());
        byte[] payload = new byte[ENTRY_BYTES - EntryLayout.HEADER_BYTES];
        for (long index = 6; index < 6 + ENTRIES_PER_GROUP; index += 10) {
            for (long group = 1; group <= GROUPS; group++) {
                LogWrite write = new LogWrite(done -> {});
                LogWrite.Section section = write.section(group, group);
                if (index == 6) {
                    section.reset(5, 5);
                }
                for (long next = index; next < index + 10; next++) {
                    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                    EntryLayout.put(entry, (byte) 1, next, 6, ByteBuffer.wrap(payload));
                    section.entry(entry.flip());
                }
                section.hardState(6, 1, index);
                Invariant.check(log.write(write), "the log has room");
            }
            host.runUntilIdle(System.nanoTime());
        }
        log.close();
    }
}
