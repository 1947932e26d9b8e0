package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The process of a store that is filled with a gigabyte, and read and written at random after that, stays within what its setting for memory promises. What counts is what the
 * kernel says of all of it: heap, engine, buffers, mapped pages of the log.
 */
@Tag("long")
class MemoryTest {
    private static final int KEYS = 1_000_000;
    private static final int VALUE_BYTES = 1_000;
    private static final int PAIRS_PER_CALL = 64;
    private static final int WRITERS = 16;
    private static final long OPERATIONS = 300_000;

    @TempDir
    private Path directory;

    private final AtomicLong most = new AtomicLong();

    @ParameterizedTest
    @CsvSource({"384MiB, 600, 192m, 64m", "768MiB, 900, 384m, 128m"})
    void aStoreWithAGigabyteUnderLoadStaysWithinItsMemory(String memory, long mebibytesMax, String heap, String direct)
            throws Exception {
        try (HandMade nodes =
                new HandMade(directory, name -> directory.resolve(name).toString(), List.of("--memory", memory))) {
            nodes.command.environment("CLEAVE_HEAP", "");
            nodes.startAll(1);
            long pid = nodes.pid("store1");
            assertThat(ProcessHandle.of(pid).orElseThrow().info().arguments().orElseThrow())
                    .contains("-Xmx" + heap, "-XX:MaxDirectMemorySize=" + direct);
            try (CleaveClient client = CleaveClient.builder()
                    .pd(nodes.pd())
                    .callDeadline(Duration.ofSeconds(60))
                    .build()) {
                long filled = watch(pid, writer -> fill(client, writer));
                long loaded = watch(pid, writer -> load(client, writer));
                System.out.printf(
                        Locale.ROOT,
                        "memory %s: at most %d MiB while filled with %d MB, %d MiB under load; at the end %s%n",
                        memory,
                        filled,
                        (long) KEYS * VALUE_BYTES / 1_000_000,
                        loaded,
                        parts(pid));
                assertThat(Math.max(filled, loaded)).isLessThan(mebibytesMax);
            }
        }
    }

    private interface Work {
        void of(int writer);
    }

    /** Lets all writers work and returns the most that the process has held meanwhile, in MiB. */
    private long watch(long pid, Work work) {
        most.set(0);
        CompletableFuture<?>[] writers = new CompletableFuture<?>[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            writers[i] = CompletableFuture.runAsync(() -> work.of(number), task -> new Thread(task).start());
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(writers);
        await().atMost(Duration.ofMinutes(20))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    most.accumulateAndGet(status(pid, "VmRSS"), Math::max);
                    return all.isDone();
                });
        all.join();
        return most.get() >> 10;
    }

    private static void fill(CleaveClient client, int writer) {
        Randomness randomness = Randomness.seeded(writer);
        for (int key = writer * PAIRS_PER_CALL; key < KEYS; key += WRITERS * PAIRS_PER_CALL) {
            Map<Key, Value> pairs = new TreeMap<>();
            for (int i = key; i < Math.min(KEYS, key + PAIRS_PER_CALL); i++) {
                pairs.put(key(i), value(randomness));
            }
            client.putAll(pairs);
        }
    }

    private static void load(CleaveClient client, int writer) {
        Randomness randomness = Randomness.seeded(1_000 + writer);
        for (long i = 0; i < OPERATIONS / WRITERS; i++) {
            Key key = key((int) randomness.below(KEYS));
            if (randomness.below(2) == 0) {
                client.put(key, value(randomness));
            } else {
                assertThat(client.get(key)).isPresent();
            }
        }
    }

    private static Key key(int number) {
        return Key.utf8(String.format(Locale.ROOT, "key%08d", number));
    }

    private static Value value(Randomness randomness) {
        ByteBuffer bytes = ByteBuffer.allocate(VALUE_BYTES);
        while (bytes.hasRemaining()) {
            bytes.putLong(randomness.below(Long.MAX_VALUE));
        }
        return Value.own(bytes.array());
    }

    /** What /proc tells of the process, in KiB. */
    private static long status(long pid, String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(name + ":")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            throw new AssertionError("the process has ended");
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static String parts(long pid) {
        return "anonymous " + (status(pid, "RssAnon") >> 10) + " MiB, of files " + (status(pid, "RssFile") >> 10)
                + " MiB";
    }
}
