package dev.cleave.placement.ctl.launch.playground;

/** The processes of a playground, in this JVM or one JVM each. Store numbers count from 1 and name the data directories. */
interface Nodes extends AutoCloseable {
    /** Starts the placement driver and waits until it listens. */
    void startPlacement();

    /** Starts the store with this number, unless it runs, and waits until it listens. */
    void startStore(int number);

    /** Kill -9 of a store that runs; only where {@link #canKill}. */
    void killStore(int number);

    /** Whether there are processes to kill. */
    boolean canKill();

    /** Graceful stop of everybody, stores first. */
    @Override
    void close();
}
