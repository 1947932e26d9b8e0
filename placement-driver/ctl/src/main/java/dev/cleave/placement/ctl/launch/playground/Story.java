package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Timers;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import dev.cleave.region.workload.Dataset;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Loader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * The main job, told once: start, load, serve, split while serving, two more stores, the new region moves onto them, and a check of everything.
 * Ends by an exception as soon as something is not as it should be.
 */
final class Story {
    private static final int FIRST_STORES = 3;
    private static final Duration STEP_LIMIT = Duration.ofSeconds(90);
    private static final long HISTORY_MIN = 30_000;

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
    private final Loads loads;
    private String shownMap = "";

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
        this.loads = new Loads(target, clock, timers);
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
        List<Integer> numbers = IntStream.rangeClosed(1, Places.STORES_MAX)
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
        Await.result("all keys are loaded", loader.load(), Duration.ofMinutes(5));
    }

    private long megabytes() {
        return options.keys() * (options.valueBytes() + dataset.key(0).length()) / 1_000_000;
    }

    /** Two loads of sticky clients, one on each side of the key at which the region will be split. */
    private void startLoad() {
        narrator.heading(
                "Step 3/6  Load: " + Loads.clients() + " sticky clients read and write, and go on until the end");
        loads.start();
        cluster.await("the load is answered", STEP_LIMIT, () -> loads.answered() > 2_000);
        sayLoad();
    }

    /** A split that would be possible now, as arguments of the command. */
    String possibleSplit() {
        Key at = dataset.key(options.keys() / 4);
        long id = cluster.regions().stream()
                .filter(view -> view.region().range().contains(at))
                .mapToLong(view -> view.region().id())
                .findFirst()
                .orElse(1);
        return "region split " + id + " --at " + at;
    }

    /** The loads, to go on afterwards, or to be stopped. */
    Loads loads() {
        return loads;
    }

    /** The map and the load as they are now, while the stores {@code dead} do not run. */
    String scene(Set<Long> dead) {
        return map(dead) + loads.now() + "\n";
    }

    private void sayLoad() {
        loads.lines().forEach(line -> narrator.say("  " + line));
    }

    private long split(long parent) {
        Key at = dataset.key(options.keys() / 2);
        narrator.heading("Step 4/6  Split r" + parent + " at " + at + " while the load runs");
        follow(cluster.accept(new PdRequest.SplitRegion(parent, List.of(at))));
        cluster.await("two whole regions", STEP_LIMIT, () -> hasWhole(2));
        showMapIfChanged();
        return cluster.regions().stream()
                .mapToLong(view -> view.region().id())
                .filter(id -> id != parent)
                .findFirst()
                .orElseThrow();
    }

    private void joinFourAndFive() {
        nodes.startStores(List.of(4, 5));
        cluster.await("five stores are up", STEP_LIMIT, () -> upStores().size() >= Places.STORES);
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
        if (fresh.size() < 2) {
            throw new CommandFailure(
                    ExitCode.FAILED, "r" + child + " has nowhere to go: it is on all stores but " + fresh);
        }
        for (int i = 0; i < 2; i++) {
            long from = original.get(i);
            long to = fresh.get(i);
            narrator.say("r" + child + " moves from store " + from + " to store " + to);
            follow(cluster.accept(new PdRequest.MigrateRegion(child, from, to)));
            showMapIfChanged();
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
        cluster.await("operator " + operator + " has ended", STEP_LIMIT, () -> {
            OperatorView seen = cluster.operator(operator);
            for (int i = 0; i < seen.steps().size(); i++) {
                if (seen.steps().get(i).isDone() && shown.add(i)) {
                    narrator.say("  ✓ " + seen.steps().get(i).description());
                }
            }
            showMapIfChanged();
            return seen.state() != OperatorView.State.RUNNING;
        });
        OperatorView ended = cluster.operator(operator);
        if (ended.state() != OperatorView.State.DONE) {
            throw new CommandFailure(ExitCode.FAILED, "operator " + operator + " ended: " + ended.reason());
        }
    }

    private void killALeader() {
        RegionView victim = cluster.regions().get(0);
        long store = victim.leaderStore();
        int number = storeNumber(store);
        narrator.heading(
                "kill -9 store " + store + ", which leads r" + victim.region().id() + ", while the load runs");
        long before = loads.answered();
        nodes.killStore(number);
        cluster.await(
                "every region has a leader elsewhere and the load goes on",
                STEP_LIMIT,
                () -> loads.answered() > before + 1_000
                        && cluster.regions().stream()
                                .allMatch(view -> view.leaderStore() != 0 && view.leaderStore() != store));
        showMap();
        nodes.startStores(List.of(number));
        cluster.await(
                "store " + store + " is back", STEP_LIMIT, () -> upStores().size() >= Places.STORES);
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

    /** Ids of stores and the numbers of their directories. */
    Watch.Names names() {
        return new Watch.Names() {
            @Override
            public int numberOf(int id) {
                return cluster.stores().stream()
                        .filter(store -> store.id() == id)
                        .map(store -> places.storeNumber(store.address().port()))
                        .findFirst()
                        .orElseThrow(() -> new CommandFailure(
                                ExitCode.NOT_FOUND,
                                "there is no store " + id + "; a new one: bin/cleave playground add-store"));
            }

            @Override
            public long idOf(int number) {
                return cluster.stores().stream()
                        .filter(store -> store.address().equals(places.store(number)))
                        .mapToLong(StoreInfo::id)
                        .max()
                        .orElse(number);
            }
        };
    }

    private void check() {
        narrator.heading("Step 6/6  Checks");
        cluster.await(
                "at least " + HISTORY_MIN + " operations are recorded",
                Duration.ofMinutes(3),
                () -> loads.answered() > HISTORY_MIN + 2_000);
        Loads.Totals totals = loads.finish();
        Checks checks = new Checks(narrator, cluster, target, timers, dataset);
        checks.checkKeys();
        checks.checkReplicas();
        checks.checkHistory(loads.history());
        narrator.say("operations " + totals.ok() + " · failed " + totals.failed() + " · retried "
                + (totals.retried() + clientRetries.getAsLong()) + " · undetermined " + totals.undetermined()
                + " · longest stall " + totals.stallMaxMillis() + " ms");
        boolean wasUnkind = nodes.canKill();
        if (totals.failed() > 0 || (totals.undetermined() > 0 && !wasUnkind)) {
            throw new CommandFailure(ExitCode.FAILED, "operations failed: " + totals.problems());
        }
        showMap();
    }

    private void showMap() {
        shownMap = map();
        narrator.show(shownMap);
    }

    private void showMapIfChanged() {
        String now = map();
        if (!now.equals(shownMap)) {
            shownMap = now;
            narrator.show(now);
        }
    }

    private String map() {
        return map(Set.of());
    }

    private String map(Set<Long> dead) {
        List<Long> stores =
                cluster.stores().stream().map(StoreInfo::id).sorted().toList();
        return RegionMap.of(cluster.regions(), stores, dead);
    }

    private void showStores() {
        for (StoreInfo store : cluster.stores()) {
            narrator.say("  store " + store.id() + "  " + store.address() + "  REST http://" + store.httpAddress()
                    + "  " + store.state().name().toLowerCase(Locale.ROOT));
        }
    }
}
