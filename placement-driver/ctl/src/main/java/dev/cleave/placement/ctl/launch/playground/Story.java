package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import dev.cleave.region.workload.Dataset;
import dev.cleave.region.workload.KeyChooser;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.LoadConfig;
import dev.cleave.region.workload.LoadGenerator;
import dev.cleave.region.workload.LoadSnapshot;
import dev.cleave.region.workload.Loader;
import dev.cleave.region.workload.Mix;
import dev.cleave.region.workload.Outcome;
import dev.cleave.region.workload.Verifier;
import dev.cleave.region.workload.history.History;
import dev.cleave.region.workload.history.Linearizability;
import dev.cleave.region.workload.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The main job, told once: start, load, serve, split while serving, two more stores, the new region moves onto them, and a check of everything.
 * Ends by an exception as soon as something is not as it should be.
 */
final class Story {
    private static final int FIRST_STORES = 3;
    private static final Duration STEP_LIMIT = Duration.ofSeconds(90);
    private static final int CLIENTS_PER_SIDE = 24;
    private static final int HISTORY_MAX = 3_000_000;
    private static final long HISTORY_MIN = 30_000;
    /** One on each side of the key at which the region is split. */
    private static final List<String> LOADED = List.of("cart:", "user:");

    private static final int LOAD_KEYS = 5_000;

    private final PlaygroundOptions options;
    private final Narrator narrator;
    private final Nodes nodes;
    private final Places places;
    private final Cluster cluster;
    private final KvTarget target;
    private final Clock clock;
    private final Timers timers;
    private final LongSupplier clientRetries;
    private final Dataset dataset;
    private final History history = History.bounded(HISTORY_MAX);
    private final List<LoadGenerator> loads = new ArrayList<>();

    Story(
            PlaygroundOptions options,
            Narrator narrator,
            Nodes nodes,
            Places places,
            Cluster cluster,
            KvTarget target,
            LongSupplier clientRetries,
            Clock clock,
            Timers timers) {
        this.options = options;
        this.narrator = narrator;
        this.nodes = nodes;
        this.places = places;
        this.cluster = cluster;
        this.target = target;
        this.clientRetries = clientRetries;
        this.clock = clock;
        this.timers = timers;
        this.dataset = new Dataset(new KeySpace("item:", options.keys()), options.valueBytes(), 42);
    }

    /** Tells it all; afterwards no load runs. */
    void tell() {
        startStores();
        boolean isResumed = cluster.regions().size() > 1;
        seed();
        startLoad();
        if (isResumed) {
            narrator.heading(
                    "Steps 4 and 5 were done before: " + cluster.regions().size() + " regions are here");
            joinFourAndFive();
        } else {
            long parent = cluster.regions().get(0).region().id();
            long child = split(parent);
            narrator.heading("Step 5/6  Two more stores join, and the new region moves onto them");
            joinFourAndFive();
            migrate(child);
        }
        if (nodes.canKill()) {
            killALeader();
        }
        check();
    }

    /** Three stores, and those that have joined before: regions may be on them. */
    private void startStores() {
        narrator.heading("Step 1/6  One placement driver and three stores");
        nodes.startPlacement();
        cluster.await("the placement driver serves", STEP_LIMIT, cluster::isServing);
        narrator.say("  pd       " + places.placement() + "  HTTP http://" + places.placementHttp());
        List<Integer> numbers = IntStream.rangeClosed(1, Places.STORES)
                .filter(number -> number <= FIRST_STORES || places.hasStore(number))
                .boxed()
                .toList();
        nodes.startStores(numbers);
        cluster.await(
                "the stores are up and every region has a leader and three voters",
                STEP_LIMIT,
                () -> upStores().size() == numbers.size() && areWhole(cluster.regions()));
        showStores();
        showMap();
    }

    /** Whether the regions tile the key space and each has a leader and three voters. */
    private static boolean areWhole(List<RegionView> regions) {
        Key next = Key.EMPTY;
        for (RegionView view : regions) {
            if (!isWhole(view) || !view.region().range().startInclusive().equals(next)) {
                return false;
            }
            next = view.region().range().endExclusive();
        }
        return !regions.isEmpty() && next.isEmpty();
    }

    private boolean hasWhole(int count) {
        List<RegionView> regions = cluster.regions();
        return regions.size() == count && areWhole(regions);
    }

    private static boolean isWhole(RegionView view) {
        return view.leaderStore() != 0
                && !view.region().isJoint()
                && view.region().peers().stream().filter(peer -> peer.isVoter()).count() >= 3
                && view.region().peers().size() == 3;
    }

    private List<StoreInfo> upStores() {
        return cluster.stores().stream()
                .filter(store -> store.state() == StoreInfo.State.UP)
                .toList();
    }

    private void seed() {
        narrator.heading("Step 2/6  Loading " + options.keys() + " keys, " + megabytes() + " MB: " + dataset.key(0)
                + " … " + dataset.key(options.keys() - 1));
        Loader loader = new Loader(Loader.Config.defaults(), dataset, target, clock, timers, progress -> {
            if (!options.isFast() || progress.isDone()) {
                narrator.say(
                        "  " + progress.keysLoaded() + " keys, " + Math.round(progress.keysPerSecond()) + " keys/s");
            }
        });
        await("all keys are loaded", loader.load(), Duration.ofMinutes(5));
    }

    private long megabytes() {
        return options.keys() * (options.valueBytes() + dataset.key(0).length()) / 1_000_000;
    }

    /** Two loads of sticky clients, one on each side of the key at which the region will be split. */
    private void startLoad() {
        narrator.heading(
                "Step 3/6  Load: " + 2 * CLIENTS_PER_SIDE + " sticky clients read and write, and go on until the end");
        LOADED.forEach(this::clear);
        loads.addAll(newLoads(Duration.ofMillis(1), history));
        cluster.await("the load is answered", STEP_LIMIT, () -> operations() > 2_000);
        sayLoad();
    }

    /** What an earlier load has left would be values that nobody wrote in this history. */
    private void clear(String prefix) {
        KvCommand delete = new KvCommand.DeleteRange(new KeySpace(prefix, LOAD_KEYS).range());
        Outcome outcome = await("the keys of an earlier load are deleted", target.ask(delete), STEP_LIMIT);
        if (!(outcome instanceof Outcome.Ok)) {
            throw new CommandFailure(ExitCode.FAILED, "the keys of an earlier load could not be deleted: " + outcome);
        }
    }

    private List<LoadGenerator> newLoads(Duration think, @Nullable History noted) {
        List<LoadGenerator> started = new ArrayList<>();
        for (String prefix : LOADED) {
            LoadConfig config = LoadConfig.defaults()
                    .withClients(CLIENTS_PER_SIDE)
                    .withMix(Mix.halfAndHalf())
                    .withKeys(new KeySpace(prefix, LOAD_KEYS), KeyChooser.uniform(LOAD_KEYS))
                    .withThink(think);
            Randomness randomness = Randomness.seeded(prefix.hashCode() + clock.wallMillis());
            LoadGenerator load = new LoadGenerator(config, client -> target, clock, timers, randomness, noted);
            load.start();
            started.add(load);
        }
        return started;
    }

    /** A light load that goes on after the story, for somebody to watch. */
    void goOn() {
        loads.clear();
        loads.addAll(newLoads(Duration.ofMillis(5), null));
    }

    /** Ends what {@link #goOn} or a broken story left running. */
    void stopLoads() {
        loads.forEach(LoadGenerator::stop);
    }

    /** The map and the load as they are now. */
    String scene() {
        StringBuilder text = new StringBuilder(map());
        loads.forEach(load -> text.append(load.interval().line()).append('\n'));
        return text.toString();
    }

    private long operations() {
        return loads.stream().mapToLong(load -> load.snapshot().ok()).sum();
    }

    private void sayLoad() {
        loads.forEach(load -> narrator.say("  " + load.snapshot().line()));
    }

    private long split(long parent) {
        Key at = dataset.key(options.keys() / 2);
        narrator.heading("Step 4/6  Split r" + parent + " at " + at + " while the load runs");
        follow(cluster.accept(new PdRequest.SplitRegion(parent, List.of(at))));
        cluster.await("two whole regions", STEP_LIMIT, () -> hasWhole(2));
        showMap();
        return cluster.regions().stream()
                .mapToLong(view -> view.region().id())
                .filter(id -> id != parent)
                .findFirst()
                .orElseThrow();
    }

    private void joinFourAndFive() {
        nodes.startStores(List.of(4, 5));
        cluster.await("five stores are up", STEP_LIMIT, () -> upStores().size() == Places.STORES);
        showStores();
    }

    private void migrate(long child) {
        List<Long> original = region(child).region().peers().stream()
                .map(peer -> peer.storeId())
                .sorted()
                .limit(2)
                .toList();
        List<Long> fresh = upStores().stream()
                .map(StoreInfo::id)
                .filter(id -> region(child).region().peerOn(id).isEmpty())
                .sorted()
                .toList();
        for (int i = 0; i < 2; i++) {
            long from = original.get(i);
            long to = fresh.get(i);
            narrator.say("r" + child + " moves from store " + from + " to store " + to);
            follow(cluster.accept(new PdRequest.MigrateRegion(child, from, to)));
            showMap();
        }
        RegionView moved = region(child);
        boolean isGone =
                original.stream().allMatch(store -> moved.region().peerOn(store).isEmpty());
        if (!isGone) {
            throw new CommandFailure(ExitCode.FAILED, "r" + child + " is still on one of the stores " + original);
        }
        narrator.say("r" + child + " is gone from stores " + original.get(0) + " and " + original.get(1));
        sayLoad();
    }

    private RegionView region(long id) {
        return cluster.regions().stream()
                .filter(view -> view.region().id() == id)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(ExitCode.FAILED, "region " + id + " is not there"));
    }

    /** Shows each step of an operator as it is done; fails if it does not end well. */
    private void follow(long operator) {
        Set<Integer> shown = new HashSet<>();
        cluster.await("operator " + operator + " is done", STEP_LIMIT, () -> {
            OperatorView seen = cluster.operator(operator);
            for (int i = 0; i < seen.steps().size(); i++) {
                if (seen.steps().get(i).isDone() && shown.add(i)) {
                    narrator.say("  ✓ " + seen.steps().get(i).description());
                }
            }
            if (seen.state() == OperatorView.State.CANCELLED || seen.state() == OperatorView.State.FAILED) {
                throw new IllegalStateException("operator " + operator + " ended: " + seen.reason());
            }
            return seen.state() == OperatorView.State.DONE;
        });
    }

    private void killALeader() {
        RegionView victim = cluster.regions().get(0);
        long store = victim.leaderStore();
        int number = storeNumber(store);
        narrator.heading(
                "kill -9 store " + store + ", which leads r" + victim.region().id() + ", while the load runs");
        long before = operations();
        nodes.killStore(number);
        cluster.await(
                "every region has a leader elsewhere and the load goes on",
                STEP_LIMIT,
                () -> operations() > before + 1_000
                        && cluster.regions().stream()
                                .allMatch(view -> view.leaderStore() != 0 && view.leaderStore() != store));
        showMap();
        nodes.startStores(List.of(number));
        cluster.await(
                "store " + store + " is back", STEP_LIMIT, () -> upStores().size() == 5);
        narrator.say("store " + store + " is back");
    }

    private int storeNumber(long storeId) {
        int port = cluster.stores().stream()
                .filter(store -> store.id() == storeId)
                .findFirst()
                .orElseThrow()
                .address()
                .port();
        return places.storeNumber(port);
    }

    private void check() {
        narrator.heading("Step 6/6  Checks");
        cluster.await(
                "at least " + HISTORY_MIN + " operations are recorded",
                Duration.ofMinutes(3),
                () -> operations() > HISTORY_MIN + 2_000);
        List<LoadSnapshot> ends = new ArrayList<>();
        for (LoadGenerator load : loads) {
            ends.add(await("the load has stopped", load.stop(), STEP_LIMIT));
        }
        Verifier.Report report = await(
                "all keys are read back", Verifier.of(dataset, target, timers).verify(), Duration.ofMinutes(3));
        if (report.missing() + report.different() + report.unexpected() > 0 || report.matched() != options.keys()) {
            throw new CommandFailure(ExitCode.FAILED, "keys are not as they were loaded: " + report);
        }
        narrator.say("✓ all " + report.matched() + " loaded keys are there, each with its value");
        checkReplicas();
        Verdict verdict = Linearizability.defaults().check(history);
        if (!verdict.isLinearizable()) {
            throw new CommandFailure(ExitCode.FAILED, "the history is not linearizable: " + verdict);
        }
        narrator.say("✓ the history of " + verdict.operations() + " operations on " + verdict.keys()
                + " keys is linearizable");
        long failed = ends.stream().mapToLong(LoadSnapshot::failed).sum();
        long retried = ends.stream().mapToLong(LoadSnapshot::retried).sum();
        long undetermined = ends.stream().mapToLong(LoadSnapshot::undetermined).sum();
        long ok = ends.stream().mapToLong(LoadSnapshot::ok).sum();
        long stall = ends.stream().mapToLong(LoadSnapshot::stallMaxNanos).max().orElse(0);
        narrator.say("operations " + ok + " · failed " + failed + " · retried " + (retried + clientRetries.getAsLong())
                + " · undetermined " + undetermined + " · longest stall " + stall / 1_000_000 + " ms");
        if (failed > 0 || (undetermined > 0 && !nodes.canKill())) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "operations failed: " + ends.get(0).problems() + ends.get(1).problems());
        }
        showMap();
    }

    /** Every replica of every region holds the same pairs, and all regions together hold at least what was loaded. */
    private void checkReplicas() {
        long keys = 0;
        int replicas = 0;
        for (RegionView view : cluster.regions()) {
            List<Cluster.Digest> digests = new ArrayList<>();
            cluster.await("all replicas of r" + view.region().id() + " hold the same", STEP_LIMIT, () -> {
                digests.clear();
                for (StoreInfo store : cluster.stores()) {
                    if (view.region().peerOn(store.id()).isPresent()) {
                        digests.add(cluster.digest(store, view.region().id()));
                    }
                }
                return digests.stream()
                                .map(digest -> digest.keys() + ":" + digest.checksum())
                                .distinct()
                                .count()
                        == 1;
            });
            keys += digests.get(0).keys();
            replicas += digests.size();
            narrator.say("  r" + view.region().id() + ": " + digests.get(0).keys() + " keys, checksum "
                    + Long.toHexString(digests.get(0).checksum()) + " on " + digests.size() + " replicas");
        }
        if (keys < options.keys()) {
            throw new CommandFailure(ExitCode.FAILED, "the regions hold " + keys + " keys, fewer than were loaded");
        }
        narrator.say("✓ every key is on every one of its replicas (" + replicas + " replicas compared)");
    }

    private void showMap() {
        narrator.show(map());
    }

    private String map() {
        List<Long> stores =
                cluster.stores().stream().map(StoreInfo::id).sorted().toList();
        return RegionMap.of(cluster.regions(), stores);
    }

    private void showStores() {
        for (StoreInfo store : cluster.stores()) {
            narrator.say("  store " + store.id() + "  " + store.address() + "  REST http://" + store.httpAddress()
                    + "  " + store.state().name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    private static <T> T await(String what, CompletableFuture<T> future, Duration limit) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new CommandFailure(ExitCode.FAILED, what + ": no, " + failed.getCause());
        } catch (TimeoutException late) {
            throw new CommandFailure(ExitCode.FAILED, "after " + limit.toSeconds() + " s still not so: " + what);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }
}
