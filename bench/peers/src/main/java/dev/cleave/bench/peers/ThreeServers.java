package dev.cleave.bench.peers;

import dev.cleave.bench.compare.Servers;
import dev.cleave.bench.compare.Subject;
import java.io.IOException;

/** Starts the three servers of a peer in Java: each is told the subject, the first port, its number and its directory. */
final class ThreeServers {
    private ThreeServers() {}

    static void start(Class<?> main, Subject subject, Servers servers) throws IOException {
        for (int server = 0; server < Ports.SERVERS; server++) {
            String name = "store" + (server + 1);
            servers.start(
                    name,
                    servers.java(
                            main,
                            subject.name(),
                            Integer.toString(servers.firstPort()),
                            Integer.toString(server),
                            servers.directory().resolve(name).toString()));
        }
    }
}
