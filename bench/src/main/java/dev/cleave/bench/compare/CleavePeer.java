package dev.cleave.bench.compare;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.client.Gathering;
import dev.cleave.region.workload.ClientTarget;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.rate.RateKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Cleave as it comes: a placement driver and three stores, started with {@code bin/cleave}. Reads are by the leader's lease unless asked otherwise. */
public final class CleavePeer implements Peer {
    static final int STORES = 3;
    private static final long DIVIDED_SECONDS = 120;
    private static final int IN_FLIGHT_MAX = 65_536;
    private static final int BYTES_MAX = 256 << 20;

    /** A row that is named after one Region, or eight, keeps so many, as its neighbours' do, however much is written over what is there. */
    private static final List<String> NOT_DIVIDED = List.of("--set", "split-size=1TiB");

    private final List<String> storeFlags;

    /** As it is compared with others: a Region is divided by nobody but the comparison. */
    public CleavePeer() {
        this(NOT_DIVIDED);
    }

    /** With more flags for its stores. */
    CleavePeer(List<String> storeFlags) {
        this.storeFlags = storeFlags;
    }

    @Override
    public String name() {
        return "cleave";
    }

    @Override
    public String inWords() {
        return "a placement driver and three stores with defaults (384 MiB each), but that Regions are not divided for their size, lest one becomes two; reads by lease, -index: by read index; its client gathers puts, and gets (default; not -plain)";
    }

    @Override
    public Optional<String> absence() {
        return Files.isExecutable(binary()) ? Optional.empty() : Optional.of("no " + binary());
    }

    @Override
    public long mebibytes() {
        return 1_200;
    }

    @Override
    public boolean isForeign() {
        return false;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException, InterruptedException {
        int port = servers.firstPort();
        start(servers, "pd", List.of("pd", "--listen", address(port), "--http", address(port + 1)));
        for (int store = 1; store <= STORES; store++) {
            List<String> line = new ArrayList<>(List.of("store", "--pd", address(port)));
            line.addAll(List.of("--listen", address(port + 2 * store), "--http", address(port + 2 * store + 1)));
            if (subject.reads() != Subject.Reads.DEFAULT) {
                line.addAll(List.of("--reads", subject.reads() == Subject.Reads.INDEX ? "index" : "leased"));
            }
            line.addAll(storeFlags);
            start(servers, "store" + store, line);
        }
        if (subject.regions() > 1) {
            divide(servers, Borders.of(subject.regions(), Compare.KEYS));
        }
    }

    private static void start(Servers servers, String name, List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(binary().toString()));
        line.addAll(arguments);
        line.addAll(List.of("--data", servers.directory().resolve(name).toString(), "--stop-at-end-of-input"));
        servers.start(name, line);
    }

    /** Divides Regions at the keys of these numbers. */
    static void divide(Servers servers, List<Long> borders) throws IOException, InterruptedException {
        List<String> keys = new ArrayList<>();
        for (long border : borders) {
            keys.add(new String(RateKeys.key(border).bytes(), StandardCharsets.US_ASCII));
        }
        Path file = Files.write(servers.directory().resolve("borders"), keys);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DIVIDED_SECONDS);
        // The first tries may come before there is a Region to divide.
        while (run(servers, "region", "presplit", file.toString()) != 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the Regions were not divided; see " + servers.directory());
            }
            Thread.sleep(500);
        }
    }

    @Override
    public OptionalInt regions(Servers servers) throws IOException, InterruptedException {
        if (run(servers, "region", "list", "--output", "keys") != 0) {
            return OptionalInt.empty();
        }
        try (Stream<String> lines = Files.lines(notes(servers))) {
            return OptionalInt.of(
                    (int) lines.filter(line -> line.matches("[0-9]+")).count());
        }
    }

    private static Path notes(Servers servers) {
        return servers.directory().resolve("command.log");
    }

    private static int run(Servers servers, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(binary().toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--pd", address(servers.firstPort())));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(notes(servers).toFile())
                .start();
        if (!process.waitFor(DIVIDED_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("no end within " + DIVIDED_SECONDS + " s: " + String.join(" ", arguments));
        }
        return process.exitValue();
    }

    @Override
    public KvTarget connect(Subject subject, int firstPort) {
        NettyNetwork network = new NettyNetwork("compare", 1, WireOptions.defaults());
        ClientConfig config = ClientConfig.defaults(List.of(new Address("127.0.0.1", firstPort)))
                .withInFlight(IN_FLIGHT_MAX, BYTES_MAX)
                .withGathering(subject.isPlain() ? Gathering.OFF : Gathering.defaults());
        Randomness randomness = Randomness.seeded(network.clock().nanos());
        return new ClientTarget(CleaveClient.assemble(config, network, network.timers(), network.clock(), randomness));
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    private static Path binary() {
        return Path.of(System.getProperty("cleave.root", "."), "bin", "cleave").toAbsolutePath();
    }
}
