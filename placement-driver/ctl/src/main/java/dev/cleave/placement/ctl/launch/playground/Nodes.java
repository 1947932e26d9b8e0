package dev.cleave.placement.ctl.launch.playground;

import java.util.List;

/** The processes of a playground, in this JVM or one JVM each. Store numbers count from 1 and name the data directories. */
interface Nodes extends AutoCloseable {
    /** Starts the placement driver and waits until it listens. */
    void startPlacement();

    /** Starts the stores with these numbers, those that run already excepted, and waits until they listen. */
    void startStores(List<Integer> numbers);

    /** Kill -9 of a store that runs; only where {@link #canKill}. */
    void killStore(int number);

    /** The nearest thing to a kill that there is: kill -9 of a process, or an end without handing leaders over. */
    void haltStore(int number);

    /** Whether there are processes to kill. */
    boolean canKill();

    /** Graceful stop of everybody, stores first. */
    @Override
    void close();
}
