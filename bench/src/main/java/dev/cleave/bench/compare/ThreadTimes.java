package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** CPU time of a store's threads since they began, by what they do, in nanoseconds. Threads that have ended are missing. */
record ThreadTimes(Map<String, Long> nanos) {
    static final String AGENTS = "agents, and their handing over";
    private static final String OTHERS = "others of the JVM";

    /** How the threads' names begin, as far as the kernel keeps them (15 bytes), and what such threads do. */
    private static final Map<String, String> DUTIES = dutiesByName();

    private static Map<String, String> dutiesByName() {
        Map<String, String> duties = new LinkedHashMap<>();
        duties.put("agents-", AGENTS);
        duties.put("store-wire", "network");
        duties.put("rocksdb:", "flushes and compactions");
        duties.put("C1 ", "the JVM's compiler");
        duties.put("C2 ", "the JVM's compiler");
        duties.put("Sweeper", "the JVM's compiler");
        duties.put("VM Thread", "collections of garbage");
        duties.put("GC ", "collections of garbage");
        return duties;
    }

    /** What threads do, each once, in the order in which a table shows them. */
    static List<String> duties() {
        return Stream.concat(DUTIES.values().stream().distinct(), Stream.of(OTHERS))
                .toList();
    }

    static ThreadTimes of(long pid) throws IOException {
        Map<String, Long> nanos = new LinkedHashMap<>();
        duties().forEach(duty -> nanos.put(duty, 0L));
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                try {
                    String name = Files.readString(thread.resolve("comm"));
                    nanos.merge(duty(name), Proc.cpuNanos(thread), Long::sum);
                } catch (NoSuchFileException hasEnded) {
                    continue;
                }
            }
        }
        return new ThreadTimes(nanos);
    }

    static String duty(String name) {
        return DUTIES.entrySet().stream()
                .filter(each -> name.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(OTHERS);
    }

    ThreadTimes since(ThreadTimes earlier) {
        Map<String, Long> used = new LinkedHashMap<>();
        nanos.forEach((duty, now) -> used.put(duty, now - earlier.nanos.getOrDefault(duty, 0L)));
        return new ThreadTimes(used);
    }

    long sum() {
        return nanos.values().stream().mapToLong(Long::longValue).sum();
    }
}
