package dev.cleave.bench;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Question: what do so many idle regions cost on three stores in one machine? How long does it take to make them, what do the stores take of processor and memory when all sleep, how long until
 * all are led after a start of all three, and until all take writes when one store was killed? Real processes with their default memory. Arguments: regions (10,000), windows of 30 s over
 * which the processor is looked at (3; 0: not at all), kills (3). To be run in {@code bench}; the last answer lies in {@code bench/results}.
 */
public final class IdleRegions {
    private static final int STORES = 3;
    private static final int WINDOW_SECONDS = 30;
    private static final long WARM_UP_NANOS = 240_000_000_000L;
    private static final int WRITES_AT_ONCE = 1_000;
    private static final String ASLEEP = "cleave_region_asleep";
    private static final String LEADERS = "cleave_region_count{role=\"leader\"}";
    private static final String REGIONS = "cleave_region_count";

    private final NodeProcesses nodes;
    private final Path directory;
    private final int regions;

    private IdleRegions(NodeProcesses nodes, Path directory, int regions) {
        this.nodes = nodes;
        this.directory = directory;
        this.regions = regions;
    }

    public static void main(String[] arguments) throws Exception {
        int regions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int windows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        int kills = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "idle-regions");
        try (NodeProcesses nodes = new NodeProcesses(directory)) {
            IdleRegions bench = new IdleRegions(nodes, directory, regions);
            bench.create();
            bench.idle(windows);
            bench.writeAll("first write to each, all asleep");
            bench.startAgain();
            bench.writeAll("first write to each after the start");
            for (int kill = 0; kill < kills; kill++) {
                bench.killOne(1 + kill % STORES, kill % 2 == 0);
            }
        } finally {
            delete(directory);
        }
    }

    private void create() throws Exception {
        nodes.startPlacement();
        for (int store = 1; store <= STORES; store++) {
            nodes.startStore(store);
        }
        until(() -> minimum(REGIONS) == 1);
        int few = Math.min(1_000, regions);
        print("presplit      %s", nodes.run("region", "presplit", keys("few", few, regions / few)));
        if (few < regions) {
            print("presplit      %s", nodes.run("region", "presplit", keys("all", regions, 1)));
        }
        long start = System.nanoTime();
        until(() -> sum(LEADERS) == regions && minimum(REGIONS) == regions);
        print("all replicas  there, all regions led %.1f s later; leaders %s", seconds(start), each(LEADERS));
    }

    private String keys(String name, int count, int step) throws IOException {
        Path file = directory.resolve(name);
        List<String> keys = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            keys.add(key(i * step));
        }
        Files.write(file, keys);
        return file.toString();
    }

    private void idle(int windows) {
        awaitAsleep();
        if (windows == 0) {
            return;
        }
        // Until the JVMs' compilers have come to rest, too: in the second minute they still take half of what a store
        // does.
        LockSupport.parkNanos(WARM_UP_NANOS);
        Map<String, List<Double>> used = new TreeMap<>();
        for (int window = 0; window < windows; window++) {
            nodes.cpu(WINDOW_SECONDS)
                    .forEach((name, percent) ->
                            used.computeIfAbsent(name, any -> new ArrayList<>()).add(percent));
        }
        used.forEach((name, each) -> {
            Collections.sort(each);
            print(
                    "idle %-8s median %.2f %% of a core, most %.2f %%",
                    name, each.get(each.size() / 2), each.get(each.size() - 1));
        });
        print("resident      %s MiB", nodes.residentMebibytes());
    }

    /** All three stores are killed, then started at once. */
    private void startAgain() throws Exception {
        for (int store = 1; store <= STORES; store++) {
            nodes.kill("store" + store);
        }
        long start = System.nanoTime();
        for (int store = 1; store <= STORES; store++) {
            nodes.startStore(store);
        }
        until(() -> minimum(REGIONS) == regions);
        double serving = seconds(start);
        until(() -> sum(LEADERS) == regions);
        print(
                "start of all  serving after %.1f s, all led after %.1f s; leaders %s",
                serving, seconds(start), each(LEADERS));
        awaitAsleep();
        print("resident      %s MiB", nodes.residentMebibytes());
    }

    /** One store is killed while all sleep: when are its regions led by others, and when has each taken a write? */
    private void killOne(int store, boolean isWriting) throws Exception {
        awaitAsleep();
        long led = nodes.metric(store, LEADERS);
        nodes.kill("store" + store);
        long start = System.nanoTime();
        if (isWriting) {
            writeAll("killed store" + store + " that led " + led + ", writes at once");
        }
        until(() -> sum(LEADERS) >= regions);
        print("killed store%d that led %d: all led by others %.2f s after its death", store, led, seconds(start));
        nodes.startStore(store);
        until(() -> minimum(REGIONS) == regions && sum(LEADERS) == regions);
    }

    private void writeAll(String what) throws InterruptedException {
        Histogram took = new Histogram(3);
        long start = System.nanoTime();
        try (CleaveClient client = CleaveClient.builder()
                .pd(nodes.placement().toString())
                .callDeadline(Duration.ofSeconds(60))
                .build()) {
            Semaphore room = new Semaphore(WRITES_AT_ONCE);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < regions; i++) {
                room.acquire();
                all.add(put(client.async(), Key.utf8(key(i)), room, took));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        }
        print(
                "%s: all %d done after %.2f s; each p50 %.1f  p99 %.1f  max %.1f ms",
                what,
                regions,
                seconds(start),
                took.getValueAtPercentile(50) / 1e6,
                took.getValueAtPercentile(99) / 1e6,
                took.getMaxValue() / 1e6);
    }

    private static CompletableFuture<Void> put(AsyncCleaveClient client, Key key, Semaphore room, Histogram took) {
        long start = System.nanoTime();
        return client.put(key, Value.utf8("v")).whenComplete((done, failed) -> {
            synchronized (took) {
                took.recordValue(System.nanoTime() - start);
            }
            room.release();
        });
    }

    private void awaitAsleep() {
        until(() -> minimum(ASLEEP) == regions);
    }

    private long sum(String metric) {
        return each(metric).stream().mapToLong(value -> Math.max(0, value)).sum();
    }

    private long minimum(String metric) {
        return Collections.min(each(metric));
    }

    private List<Long> each(String metric) {
        return Stream.of(1, 2, 3).map(store -> nodes.metric(store, metric)).toList();
    }

    /** The first key of a region. */
    private static String key(int number) {
        return String.format(Locale.ROOT, "key%06d", number);
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static void print(String form, Object... arguments) {
        System.out.printf(Locale.ROOT, form + "%n", arguments);
    }

    private static void until(BooleanSupplier isTrue) {
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (!isTrue.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                throw new IllegalStateException("waited in vain for five minutes");
            }
            LockSupport.parkNanos(50_000_000L);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
