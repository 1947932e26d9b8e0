package dev.cleave.bench.compare;

import dev.cleave.region.workload.KvTarget;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** A store that can be compared: how its servers are started, and how they are asked. Found by {@link java.util.ServiceLoader}. */
public interface Peer {
    /** The first part of the names of its {@link Subject}s. */
    String name();

    /** What it is and how it is set, in one line under the table. */
    String inWords();

    /** Why it cannot run on this machine; empty if it can, as what comes with this build always can. */
    default Optional<String> absence() {
        return Optional.empty();
    }

    /** About how much memory its servers hold when they have been under load, all together, in MiB. */
    long mebibytes();

    /** Starts its servers, and returns when they are on their way: the driver waits until they serve. */
    void start(Subject subject, Servers servers) throws IOException, InterruptedException;

    /** Opens its client, in the driver's process. Keys and values are as they are written in {@link dev.cleave.region.workload.rate.RateKeys}. */
    KvTarget connect(Subject subject, int firstPort) throws Exception;

    /** How many Regions its servers have now; empty if they have none, or nobody knows. */
    default OptionalInt regions(Servers servers) throws IOException, InterruptedException {
        return OptionalInt.empty();
    }

    /** Whether it can be asked for that at all: {@code put}, {@code get} or {@code scan}. */
    default boolean can(String mix) {
        return true;
    }

    /** Whether its client wants the class path of the other peers instead of Cleave's own. */
    boolean isForeign();
}
