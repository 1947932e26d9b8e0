package dev.cleave.placement.ctl.launch.bench;

import dev.cleave.engine.wire.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The CPU time that servers on this machine have used, as Linux tells it in {@code /proc}. Servers elsewhere, or of users whose processes may not be looked into, are left
 * out; who asks can tell by {@link #count}.
 */
public final class ServerCpu {
    /** What Linux counts in, whatever the kernel was built with ({@code USER_HZ}). */
    private static final long NANOS_PER_TICK = 10_000_000L;

    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";

    private final List<Path> processes;

    private ServerCpu(List<Path> processes) {
        this.processes = processes;
    }

    /** Finds the processes that listen at {@code addresses} on this machine. */
    public static ServerCpu of(List<Address> addresses) {
        Set<Integer> ports = new HashSet<>();
        for (Address address : addresses) {
            if (isHere(address)) {
                ports.add(address.port());
            }
        }
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : lines(PROC.resolve(table))) {
                addListener(line, ports, sockets);
            }
        }
        List<Path> found = new ArrayList<>();
        if (!sockets.isEmpty()) {
            for (Path process : children(PROC, "[0-9]*")) {
                if (children(process.resolve("fd"), "*").stream().anyMatch(fd -> sockets.contains(target(fd)))) {
                    found.add(process);
                }
            }
        }
        return new ServerCpu(found);
    }

    /** This process alone. */
    public static ServerCpu self() {
        return new ServerCpu(List.of(PROC.resolve("self")));
    }

    private static void addListener(String line, Set<Integer> ports, Set<String> sockets) {
        String[] fields = line.trim().split("\\s+");
        boolean isListener = fields.length > 9 && fields[3].equals(LISTENING);
        if (isListener) {
            int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
            if (ports.contains(port)) {
                sockets.add("socket:[" + fields[9] + "]");
            }
        }
    }

    private static boolean isHere(Address address) {
        try {
            InetAddress host = InetAddress.getByName(address.host());
            return host.isLoopbackAddress() || NetworkInterface.getByInetAddress(host) != null;
        } catch (UnknownHostException | SocketException elsewhere) {
            return false;
        }
    }

    /** How many servers it knows. */
    public int count() {
        return processes.size();
    }

    /** What they have used since they started, together. */
    public long nanos() {
        long ticks = 0;
        for (Path process : processes) {
            for (String line : lines(process.resolve("stat"))) {
                // The name, in brackets, may hold blanks.
                String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
                ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            }
        }
        return ticks * NANOS_PER_TICK;
    }

    /** Memory they hold now, in bytes, together. */
    public long residentBytes() {
        long bytes = 0;
        for (Path process : processes) {
            for (String line : lines(process.resolve("status"))) {
                if (line.startsWith("VmRSS:")) {
                    bytes += 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return bytes;
    }

    /** Empty if it is not there, any more or at all. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static List<Path> children(Path directory, String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, pattern)) {
            stream.forEach(found::add);
        } catch (IOException closed) {
            return List.of();
        }
        return found;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
