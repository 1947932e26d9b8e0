package dev.cleave.tests.processes;

import static org.awaitility.Awaitility.await;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.Session;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A cluster of real processes on loopback, one JVM each, as the README starts them by hand. */
final class HandMade implements AutoCloseable {
    private static final int STORES_MAX = 6;

    final Command command;
    private final UnaryOperator<String> data;
    private final List<String> moreOfStores;
    private final Where where;
    private final List<Integer> ports;
    private final Map<Integer, List<String>> moreOfOne = new TreeMap<>();
    private final Map<String, Process> processes = new TreeMap<>();
    private Session session;

    HandMade(Path directory) {
        this(directory, name -> directory.resolve(name).toString(), List.of());
    }

    /**
     * @param data where each node keeps its data
     * @param moreOfStores what is added to the command line of each store
     */
    HandMade(Path directory, UnaryOperator<String> data, List<String> moreOfStores) {
        this(directory, data, moreOfStores, Where.LOOPBACK);
    }

    /** Each node at a place of its own. */
    HandMade(Path directory, Cables cables) {
        this(directory, name -> directory.resolve(name).toString(), List.of(), Where.of(cables));
    }

    private HandMade(Path directory, UnaryOperator<String> data, List<String> moreOfStores, Where where) {
        this.data = data;
        this.moreOfStores = moreOfStores;
        this.where = where;
        this.command = new Command(directory);
        ports = FreePorts.choose(2 + 2 * STORES_MAX);
    }

    /** Where nodes run: their addresses, and what a command line begins with so that it runs there. */
    private record Where(UnaryOperator<String> host, Function<String, List<String>> prefix) {
        static final Where LOOPBACK = new Where(name -> "127.0.0.1", name -> List.of());

        static Where of(Cables cables) {
            return new Where(cables::host, cables::at);
        }
    }

    private static String store(int number) {
        return "store" + number;
    }

    private String address(String name, int port) {
        return where.host().apply(name) + ":" + ports.get(port);
    }

    String pd() {
        return address("pd", 0);
    }

    String pdHttp() {
        return address("pd", 1);
    }

    String http(int store) {
        return address(store(store), 2 * store + 1);
    }

    String listen(int store) {
        return address(store(store), 2 * store);
    }

    String data(String name) {
        return data.apply(name);
    }

    void startPlacement() throws IOException {
        Process process = command.start(
                "pd", where.prefix().apply("pd"), "pd", "--data", data("pd"), "--listen", pd(), "--http", pdHttp());
        processes.put("pd", process);
    }

    void startStore(int number) throws IOException {
        String name = "store" + number;
        processes.put(name, command.start(name, where.prefix().apply(name), storeArguments(number)));
    }

    String[] storeArguments(int number) {
        String data = data("store" + number);
        List<String> line = new ArrayList<>(
                List.of("store", "--data", data, "--pd", pd(), "--listen", listen(number), "--http", http(number)));
        line.addAll(moreOfStores);
        line.addAll(moreOfOne.getOrDefault(number, List.of()));
        return line.toArray(String[]::new);
    }

    /** Adds to the command line of one store, whenever that is started from now on. */
    void addArguments(int number, String... arguments) {
        moreOfOne.put(number, List.of(arguments));
    }

    void start(String name) throws IOException {
        if (name.equals("pd")) {
            startPlacement();
        } else {
            startStore(Integer.parseInt(name.substring("store".length())));
        }
    }

    /** Starts a placement driver and stores 1 to {@code stores}, all at once, and waits until the cluster is whole. */
    void startAll(int stores) throws IOException {
        startPlacement();
        for (int store = 1; store <= stores; store++) {
            startStore(store);
        }
        awaitWhole(stores);
    }

    /** Waits until everything that was started accepts connections. */
    void awaitListening() {
        for (String name : names()) {
            int number = name.equals("pd") ? 0 : Integer.parseInt(name.substring("store".length()));
            awaitThat(name + " listens", 180, () -> {
                assertRunning(name);
                return FreePorts.isListening(where.host().apply(name), ports.get(2 * number));
            });
        }
    }

    /** Whoever has ended by itself will not listen: says how it ended, and its last words. */
    private void assertRunning(String name) {
        Process process = processes.get(name);
        if (!process.isAlive()) {
            throw new AssertionError(
                    name + " has ended by itself, exit code " + process.exitValue() + ":\n" + command.lastWords(name));
        }
    }

    /** Waits until all stores are up, the regions tile the key space, and each has a leader and a voter on three of them, or on all. */
    void awaitWhole(int stores) {
        awaitThat("the cluster is whole", 90, () -> upStores() == stores && areWhole(regions(), Math.min(stores, 3)));
    }

    private static boolean areWhole(List<RegionView> regions, int voters) {
        return doTile(regions)
                && regions.stream()
                        .allMatch(view -> view.leaderStore() != 0
                                && view.region().peers().size() == voters
                                && view.region().peers().stream().allMatch(Peer::isVoter)
                                && !view.region().isJoint());
    }

    /** Whether the ranges cover the key space without a gap or an overlap. */
    static boolean doTile(List<RegionView> regions) {
        Key next = Key.EMPTY;
        for (RegionView view : regions) {
            if (!view.region().range().startInclusive().equals(next)) {
                return false;
            }
            next = view.region().range().endExclusive();
        }
        return !regions.isEmpty() && next.isEmpty();
    }

    private <T extends PdReply> T ask(PdRequest request, Class<T> answer) {
        if (session == null) {
            session = new Session(List.of(Address.parse(pd())), Duration.ofSeconds(3));
        }
        try {
            return session.ask(request, answer);
        } catch (CommandFailure failed) {
            // A session gives up for good when at first nobody listens.
            session.close();
            session = null;
            throw failed;
        }
    }

    List<RegionView> regions() {
        return ask(new PdRequest.ListRegions(0), PdReply.Regions.class).regions();
    }

    List<StoreInfo> stores() {
        return ask(new PdRequest.ListStores(), PdReply.Stores.class).stores();
    }

    /** Asks for a plan; whether it was accepted. Refusals and an absent placement driver are no failure. */
    boolean isAccepted(PdRequest request) {
        try {
            ask(request, PdReply.Accepted.class);
            return true;
        } catch (CommandFailure refused) {
            return false;
        }
    }

    /** Has the replicas of a region compared; waits for all of them. */
    PdReply.Checked check(long region) {
        AtomicReference<PdReply.Checked> told = new AtomicReference<>();
        awaitThat("region " + region + " has been compared", 120, () -> {
            PdReply.Checked checked = ask(new PdRequest.CheckRegion(region), PdReply.Checked.class);
            told.set(checked);
            return checked.isWhole();
        });
        return told.get();
    }

    List<OperatorView> operators() {
        return ask(new PdRequest.ListOperators(0), PdReply.Operators.class).operators();
    }

    private long upStores() {
        return stores().stream()
                .filter(store -> store.state() == StoreInfo.State.UP)
                .count();
    }

    /** The id of the store that was started under this number. */
    long storeId(int number) {
        return stores().stream()
                .filter(store -> store.address().toString().equals(listen(number)))
                .filter(store -> store.state() != StoreInfo.State.REMOVED)
                .mapToLong(StoreInfo::id)
                .findFirst()
                .orElseThrow();
    }

    /** The number under which the leader of a region was started. */
    int leaderOf(RegionView view) {
        String address = stores().stream()
                .filter(store -> store.id() == view.leaderStore())
                .map(store -> store.address().toString())
                .findFirst()
                .orElseThrow();
        return IntStream.rangeClosed(1, STORES_MAX)
                .filter(number -> listen(number).equals(address))
                .findFirst()
                .orElseThrow();
    }

    /** SIGSTOP: it stands still with all its connections, until {@link #resume}. */
    void pause(String name) throws IOException, InterruptedException {
        command.shell(10, "kill -STOP " + processes.get(name).pid()).expect(0);
    }

    void resume(String name) throws IOException, InterruptedException {
        command.shell(10, "kill -CONT " + processes.get(name).pid()).expect(0);
    }

    /** Kill -9. */
    void kill(String name) throws InterruptedException {
        Process process = processes.remove(name);
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** Kill -9 of everything at once. */
    void killAll() throws InterruptedException {
        processes.values().forEach(Process::destroyForcibly);
        for (String name : names()) {
            kill(name);
        }
    }

    /** SIGTERM; returns the exit code. */
    int terminate(String name) throws InterruptedException {
        Process process = processes.remove(name);
        // Not Process.destroy(), which also ends the input.
        process.toHandle().destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(name + " does not stop within 30 s");
        }
        return process.exitValue();
    }

    /** Waits until a server ends by itself; returns its exit code. */
    int awaitEnd(String name) throws InterruptedException {
        Process process = processes.get(name);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end by itself within 60 s");
        }
        processes.remove(name);
        return process.exitValue();
    }

    long pid(String name) {
        return processes.get(name).pid();
    }

    boolean isRunning(String name) {
        Process process = processes.get(name);
        return process != null && process.isAlive();
    }

    List<String> names() {
        return List.copyOf(processes.keySet());
    }

    Command.Ended cli(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--pd");
        line.add(pd());
        try {
            return command.run(180, line.toArray(String[]::new));
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Looks again and again; a placement driver that cannot answer yet is waited for too. */
    static void awaitThat(String what, int seconds, BooleanSupplier isTrue) {
        await(what)
                .atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(CommandFailure.class)
                .until(isTrue::getAsBoolean);
    }

    @Override
    public void close() throws InterruptedException {
        killAll();
        if (session != null) {
            session.close();
        }
    }
}
