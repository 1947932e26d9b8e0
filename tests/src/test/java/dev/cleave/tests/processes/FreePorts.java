package dev.cleave.tests.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers. Below those that the system gives to connections: a server that is started again finds its port still free. */
final class FreePorts {
    private static final int FIRST = 11_000;
    private static final int END = 31_000;

    private FreePorts() {}

    static List<Integer> choose(int count) {
        int port = ThreadLocalRandom.current().nextInt(FIRST, END);
        List<Integer> found = new ArrayList<>();
        for (int tries = 0; found.size() < count; tries++) {
            if (tries > END - FIRST) {
                throw new AssertionError("no " + count + " free ports from " + FIRST + " to " + END);
            }
            port = port + 1 < END ? port + 1 : FIRST;
            if (isFree(port)) {
                found.add(port);
            }
        }
        return found;
    }

    static boolean isListening(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
