package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux tells of a process in {@code /proc}. */
final class Proc {
    /** What Linux counts in, whatever the kernel was built with ({@code USER_HZ}). */
    private static final long NANOS_PER_TICK = 10_000_000L;

    private Proc() {}

    /** CPU time that a process has used since it began, in its own code and in the kernel's. */
    static long cpuNanos(String pid) throws IOException {
        return cpuNanos(Path.of("/proc", pid));
    }

    /** Of a process, or of one of its threads. */
    static long cpuNanos(Path directory) throws IOException {
        String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
        // The name, in brackets, may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
    }

    static long peakKibibytes(long pid) throws IOException {
        for (String line :
                Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.ISO_8859_1)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }

    /** Nine tenths of the memory that is free or only caches files: these grow as servers write. */
    static long spareMebibytes() throws IOException {
        return meminfo("MemAvailable:") / 1_024 * 9 / 10;
    }

    private static long meminfo(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** What this machine is, for the head of a report. */
    static String machine() throws IOException {
        String model = "";
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("model name")) {
                model = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return Runtime.getRuntime().availableProcessors() + " cores (" + model + "), " + (meminfo("MemTotal:") >> 20)
                + " GiB, Linux " + System.getProperty("os.version") + ", Java " + System.getProperty("java.version");
    }
}
