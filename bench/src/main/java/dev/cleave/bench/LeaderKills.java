package dev.cleave.bench;

import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.CleaveException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Question: for how long does a region take no writes when the store that leads it is killed with -9? Three stores and a placement driver, each a process of its own; one writer per
 * region, without a pause or once all regions have fallen asleep. Per kill the longest time between two acknowledged writes of any region is noted: the killed store's regions are
 * among them. Arguments: regions (12), kills (10 of each kind). To be run in {@code bench}; the last answer lies in {@code bench/results}.
 */
public final class LeaderKills {
    private static final int STORES = 3;
    private static final String ASLEEP = "cleave_region_asleep";
    private static final String LEADERS = "cleave_region_count{role=\"leader\"}";
    private static final String REGIONS = "cleave_region_count";

    private final NodeProcesses nodes;
    private final int regions;

    private LeaderKills(NodeProcesses nodes, int regions) {
        this.nodes = nodes;
        this.regions = regions;
    }

    public static void main(String[] arguments) throws Exception {
        int regions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 12;
        int kills = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "leader-kills");
        try (NodeProcesses nodes = new NodeProcesses(directory)) {
            LeaderKills bench = new LeaderKills(nodes, regions);
            bench.create(directory);
            bench.report("under load", bench.killOften(kills, false));
            bench.report("all asleep", bench.killOften(kills, true));
        } finally {
            delete(directory);
        }
    }

    private void create(Path directory) throws Exception {
        nodes.startPlacement();
        for (int store = 1; store <= STORES; store++) {
            nodes.startStore(store);
        }
        until(() -> least(REGIONS) == 1);
        List<String> borders = new ArrayList<>();
        for (int i = 1; i < regions; i++) {
            borders.add(key(i));
        }
        Path file = directory.resolve("borders");
        Files.write(file, borders);
        nodes.run("region", "presplit", file.toString());
        until(() -> least(REGIONS) == regions && sum(LEADERS) == regions);
    }

    private List<Double> killOften(int kills, boolean isAsleep) throws Exception {
        List<Double> longest = new ArrayList<>();
        for (int kill = 0; kill < kills; kill++) {
            int victim = mostLeaders();
            longest.add(isAsleep ? killAsleep(victim) : killUnderLoad(victim));
            nodes.startStore(victim);
            until(() -> least(REGIONS) == regions && sum(LEADERS) == regions);
            LockSupport.parkNanos(3_000_000_000L);
        }
        return longest;
    }

    /** The victim dies in the third of ten seconds. */
    private double killUnderLoad(int victim) throws Exception {
        List<AtomicLong> gaps = new ArrayList<>();
        List<Thread> writers = new ArrayList<>();
        long end = System.nanoTime() + 10_000_000_000L;
        try (CleaveClient client = client()) {
            for (int region = 0; region < regions; region++) {
                String key = key(region);
                AtomicLong gap = new AtomicLong();
                gaps.add(gap);
                Thread writer = new Thread(() -> write(client, key, end, gap));
                writer.start();
                writers.add(writer);
            }
            LockSupport.parkNanos(3_000_000_000L);
            nodes.kill("store" + victim);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        return gaps.stream().mapToLong(AtomicLong::get).max().orElseThrow() / 1e9;
    }

    private double killAsleep(int victim) throws Exception {
        until(() -> least(ASLEEP) == regions);
        List<Thread> writers = new ArrayList<>();
        try (CleaveClient client = client()) {
            client.put(key(0), "the client knows its way");
            until(() -> least(ASLEEP) == regions);
            long start = System.nanoTime();
            nodes.kill("store" + victim);
            AtomicLong longest = new AtomicLong();
            for (int region = 0; region < regions; region++) {
                String key = key(region);
                Thread writer = new Thread(() -> {
                    while (!isPut(client, key)) {
                        LockSupport.parkNanos(1_000_000L);
                    }
                    longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                });
                writer.start();
                writers.add(writer);
            }
            for (Thread writer : writers) {
                writer.join();
            }
            return longest.get() / 1e9;
        }
    }

    private static void write(CleaveClient client, String key, long end, AtomicLong longestGap) {
        long last = System.nanoTime();
        while (System.nanoTime() - end < 0) {
            if (isPut(client, key)) {
                long now = System.nanoTime();
                longestGap.accumulateAndGet(now - last, Math::max);
                last = now;
            }
            LockSupport.parkNanos(1_000_000L);
        }
    }

    /** A write that was with the killed store has an unknown outcome: it does not count, and another one is made. */
    private static boolean isPut(CleaveClient client, String key) {
        try {
            client.put(key, "v");
            return true;
        } catch (CleaveException failed) {
            return false;
        }
    }

    private CleaveClient client() {
        return CleaveClient.builder()
                .pd(nodes.placement().toString())
                .callDeadline(Duration.ofSeconds(20))
                .build();
    }

    private int mostLeaders() {
        List<Long> leaders = each(LEADERS);
        return leaders.indexOf(Collections.max(leaders)) + 1;
    }

    private long sum(String metric) {
        return each(metric).stream().mapToLong(value -> Math.max(0, value)).sum();
    }

    private long least(String metric) {
        return Collections.min(each(metric));
    }

    private List<Long> each(String metric) {
        return Stream.of(1, 2, 3).map(store -> nodes.metric(store, metric)).toList();
    }

    private static String key(int region) {
        return String.format(Locale.ROOT, "key%06d", region);
    }

    private void report(String what, List<Double> longest) {
        Collections.sort(longest);
        System.out.printf(
                Locale.ROOT,
                "%d regions, %s, %d kills: longest time without a write median %.2f  least %.2f  most %.2f s%n",
                regions,
                what,
                longest.size(),
                longest.get(longest.size() / 2),
                longest.get(0),
                longest.get(longest.size() - 1));
    }

    private static void until(java.util.function.BooleanSupplier isTrue) {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!isTrue.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                throw new IllegalStateException("waited in vain for two minutes");
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
