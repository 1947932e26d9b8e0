package dev.cleave.bench.peers;

import java.util.ArrayList;
import java.util.List;

/** Where the three servers of a peer listen. */
final class Ports {
    static final int SERVERS = 3;

    private Ports() {}

    static int of(int firstPort, int server) {
        return firstPort + server;
    }

    static String address(int firstPort, int server) {
        return "127.0.0.1:" + of(firstPort, server);
    }

    static List<String> addresses(int firstPort) {
        List<String> all = new ArrayList<>();
        for (int server = 0; server < SERVERS; server++) {
            all.add(address(firstPort, server));
        }
        return all;
    }
}
