package dev.cleave.bench.peers;

import java.io.IOException;

/** A server of a peer lives as long as the process that started it. */
final class EndOfInput {
    private EndOfInput() {}

    static void thenExit() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is ever said.
        }
        Runtime.getRuntime().halt(0);
    }
}
