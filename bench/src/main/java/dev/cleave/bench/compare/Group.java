package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The servers that some subjects share, with a driver for each of these. Frozen from the end of {@link #open} on, except between {@link #thaw} and {@link #freeze}. */
final class Group implements AutoCloseable {
    private static final int WARM_IN_FLIGHT = 256;

    private final Servers servers;
    private final Map<Subject, DriverProcess> drivers = new LinkedHashMap<>();
    private final Peer peer;

    Group(Peer peer, Path directory, int firstPort) throws IOException {
        this.peer = peer;
        servers = new Servers(directory, firstPort);
    }

    Servers servers() {
        return servers;
    }

    /** Starts the servers, fills them, and warms them up with what will be measured. */
    void open(Subject subject, long keys, long warmMillis) throws IOException, InterruptedException {
        peer.start(subject, servers);
        DriverProcess driver = driver(subject);
        driver.await(keys);
        driver.fill(keys, Cell.CUSTOMARY_BYTES);
        for (String mix : new String[] {"put", "get"}) {
            if (peer.can(mix)) {
                Cell cell = new Cell(mix, Cell.CUSTOMARY_BYTES, WARM_IN_FLIGHT);
                driver.measure(cell, keys, warmMillis / 2, 1, servers.pids());
            }
        }
    }

    DriverProcess driver(Subject subject) throws IOException {
        DriverProcess driver = drivers.get(subject);
        if (driver == null) {
            driver = new DriverProcess(subject, peer.isForeign(), servers);
            drivers.put(subject, driver);
        }
        return driver;
    }

    void freeze() throws IOException, InterruptedException {
        for (DriverProcess driver : drivers.values()) {
            driver.freeze();
        }
        servers.freeze();
    }

    /** Returns when they serve that subject again. */
    void thaw(Subject subject, long keys) throws IOException, InterruptedException {
        servers.thaw();
        for (DriverProcess driver : drivers.values()) {
            driver.thaw();
        }
        driver(subject).await(keys);
    }

    /** Without the driver of that subject from now on. */
    void forget(Subject subject) {
        DriverProcess driver = drivers.remove(subject);
        if (driver != null) {
            driver.close();
        }
    }

    @Override
    public void close() {
        drivers.values().forEach(DriverProcess::close);
        servers.close();
    }
}
