package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A network of our own for the nodes of a cluster: each in a network namespace with one cable to a bridge, on which this process is too. A cable can be unplugged, and what one node sends to
 * another can be lost in silence, one way or both, as on a real network: nobody is told, connections stay open until they give up. Needs root and {@code ip}; nothing of it reaches the machine's
 * own network.
 */
final class Cables implements AutoCloseable {
    /** Of the block that is set aside for measurements; a test of its own takes one of its networks. */
    private static final String NETWORK = "198.18.";

    /** A hardware address that nobody has. */
    private static final String NOBODY = "02:00:00:00:00:01";

    private final String prefix;
    private final String network;
    private final List<String> names;
    private final Set<String> unplugged = new TreeSet<>();
    private final Set<List<String>> cut = new java.util.LinkedHashSet<>();

    Cables(List<String> names) throws IOException {
        this.names = List.copyOf(names);
        long pid = ProcessHandle.current().pid();
        prefix = "cl" + pid;
        network = NETWORK + pid % 256 + ".";
        ip("link", "add", bridge(), "type", "bridge");
        ip("addr", "add", network + "254/24", "dev", bridge());
        ip("link", "set", bridge(), "up");
        for (String name : names) {
            ip("netns", "add", space(name));
            ip("link", "add", cable(name), "type", "veth", "peer", "name", "eth0", "netns", space(name));
            ip("link", "set", cable(name), "master", bridge(), "up");
            ip("-n", space(name), "addr", "add", host(name) + "/24", "dev", "eth0");
            ip("-n", space(name), "link", "set", "eth0", "up");
            ip("-n", space(name), "link", "set", "lo", "up");
        }
    }

    /** Why there can be none here; empty if there can. */
    static Optional<String> whyNot() throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            return Optional.of("only root may make network namespaces");
        }
        if (tryRun(List.of("sh", "-c", "command -v ip")) != 0) {
            return Optional.of("there is no ip (of iproute2)");
        }
        String probe = "cl-probe-" + ProcessHandle.current().pid();
        if (tryRun(List.of("ip", "netns", "add", probe)) != 0) {
            return Optional.of("this system lets nobody make network namespaces");
        }
        String link = "bridge" + ProcessHandle.current().pid();
        boolean hasBridges = tryRun(List.of("ip", "-n", probe, "link", "add", link, "type", "bridge")) == 0
                && tryRun(List.of("ip", "-n", probe, "link", "add", "left", "type", "veth", "peer", "name", "right"))
                        == 0;
        tryRun(List.of("ip", "netns", "del", probe));
        return hasBridges ? Optional.empty() : Optional.of("this kernel has no bridges or pairs of network devices");
    }

    /** The address of a node. */
    String host(String name) {
        return network + (1 + names.indexOf(name));
    }

    /** What a command line begins with so that it runs at this node. */
    List<String> at(String name) {
        return List.of("ip", "netns", "exec", space(name));
    }

    /** Nothing reaches the node nor leaves it, not even to this process. */
    void unplug(String name) throws IOException {
        if (unplugged.add(name)) {
            ip("link", "set", cable(name), "down");
        }
    }

    /** What {@code from} sends to {@code to} is lost; the other way goes on. */
    void lose(String from, String to) throws IOException {
        if (cut.add(List.of(from, to))) {
            ip("-n", space(from), "neigh", "replace", host(to), "lladdr", NOBODY, "dev", "eth0", "nud", "permanent");
        }
    }

    /** Everything between the two sides is lost, both ways. */
    void part(Iterable<String> one, Iterable<String> other) throws IOException {
        for (String a : one) {
            for (String b : other) {
                lose(a, b);
                lose(b, a);
            }
        }
    }

    void heal() throws IOException {
        for (String name : unplugged) {
            ip("link", "set", cable(name), "up");
        }
        unplugged.clear();
        for (List<String> way : cut) {
            ip("-n", space(way.get(0)), "neigh", "del", host(way.get(1)), "dev", "eth0");
        }
        cut.clear();
    }

    private String bridge() {
        return prefix + "br";
    }

    private String space(String name) {
        return prefix + "-" + name;
    }

    /** Names of devices have fifteen letters at most. */
    private String cable(String name) {
        return prefix + "v" + names.indexOf(name);
    }

    private static void ip(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("ip"));
        line.addAll(List.of(arguments));
        assertThat(tryRun(line)).as("%s", line).isZero();
    }

    private static int tryRun(List<String> line) throws IOException {
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("%s ends", line)
                    .isTrue();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
        if (process.exitValue() != 0) {
            System.out.println(String.join(" ", line) + ": " + said.strip());
        }
        return process.exitValue();
    }

    /** The nodes must have ended: a namespace lives as long as somebody is in it. */
    @Override
    public void close() throws IOException {
        for (String name : names) {
            tryRun(List.of("ip", "netns", "del", space(name)));
        }
        tryRun(List.of("ip", "link", "del", bridge()));
    }
}
