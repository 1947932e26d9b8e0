package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The servers that some subjects share, with a driver for each of these. Frozen from the end of {@link #open} on, except between {@link #thaw} and {@link #freeze}. */
final class Group implements AutoCloseable {
    /** Twice: what was compiled for one kind of load alone is compiled again when another comes. */
    private static final int[] WARM_IN_FLIGHT = {256, 64};

    private static final int SCANS_IN_FLIGHT = 16;

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

    /** Starts the servers, fills them, and warms them up with puts and gets. */
    void open(Subject subject, long keys, long warmMillis) throws IOException, InterruptedException {
        fill(subject, keys);
        List<String> mixes = Stream.of("put", "get").filter(peer::can).toList();
        warm(subject, mixes, keys, warmMillis);
    }

    /** Starts the servers and fills them. */
    void fill(Subject subject, long keys) throws IOException, InterruptedException {
        peer.start(subject, servers);
        DriverProcess driver = driver(subject);
        driver.await(keys);
        driver.fill(keys, Cell.CUSTOMARY_BYTES);
    }

    /** Puts the load of each mix on the servers by turns, that many milliseconds in all. */
    void warm(Subject subject, List<String> mixes, long keys, long millis) throws IOException {
        for (int inFlight : WARM_IN_FLIGHT) {
            for (String mix : mixes) {
                Cell cell = new Cell(mix, Cell.CUSTOMARY_BYTES, mix.equals("scan") ? SCANS_IN_FLIGHT : inFlight);
                driver(subject).measure(cell, keys, millis / mixes.size() / WARM_IN_FLIGHT.length, 1, servers.pids());
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

    /** Returns when they serve that subject again, if need be a new client. */
    void thaw(Subject subject, long keys) throws IOException, InterruptedException {
        servers.thaw();
        for (DriverProcess driver : drivers.values()) {
            driver.thaw();
        }
        try {
            driver(subject).await(keys);
        } catch (IOException clientIsStuck) {
            // What kept a connection over the stop may take long to see that it is broken.
            forget(subject);
            driver(subject).await(keys);
        }
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
