package dev.cleave.bench.compare;

import java.util.List;
import java.util.ServiceLoader;

/** The stores that this build can be compared with. */
final class Peers {
    private Peers() {}

    static List<Peer> all() {
        return ServiceLoader.load(Peer.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** Why a peer cannot be measured here; empty if it can. */
    static String absence(String name) {
        return all().stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .map(peer -> peer.absence().orElse(""))
                .orElse("not in this build");
    }

    /** What the servers of a subject take. */
    static long mebibytes(Subject subject) {
        return named(subject.peer()).mebibytes();
    }

    static Peer named(String name) {
        return all().stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no peer " + name + " in this build; there are "
                                + all().stream().map(Peer::name).toList()));
    }
}
