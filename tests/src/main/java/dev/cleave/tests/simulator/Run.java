package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.GroupStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One seed from beginning to end: a cluster starts, is loaded, suffers, is left in peace; then everything must have come together again, and the
 * history must be linearizable.
 */
public final class Run {
    private static final long SECOND = 1_000_000_000L;

    private final Plan plan;
    private @Nullable Nemesis nemesis;
    private long troubleFromNanos;

    public Run(long seed, int virtualSeconds) {
        this(new Plan(seed, virtualSeconds));
    }

    /** {@code scenario} is what {@code --scenario} takes. */
    public Run(long seed, int virtualSeconds, String scenario) {
        this(new Plan(seed, virtualSeconds, Scenario.parse(scenario), Mask.ALL));
    }

    Run(Plan plan) {
        this.plan = plan;
    }

    /** What a run was. */
    public record Result(
            long seed,
            long events,
            long faults,
            long operations,
            long hash,
            Map<String, Long> done,
            Map<String, Long> sometimes,
            long regions) {}

    /** Runs; throws a {@link Violation} (or what the code under test threw) that names the seed. */
    public Result go() {
        return go(Long.MAX_VALUE);
    }

    /** Runs, and from a moment on looks at the invariants after each event, to see which one breaks them. */
    Result go(long closeLookNanos) {
        SimCluster cluster = new SimCluster(plan.seed());
        cluster.lookCloselyFrom(closeLookNanos);
        try (Trail trail = Trail.of(cluster.world())) {
            try {
                return go(cluster, trail);
            } catch (RuntimeException | Error failure) {
                String what = failure.getMessage() == null ? failure.toString() : failure.getMessage();
                long nanos = cluster.world().nanos();
                throw new Violation(
                        "seed " + plan.seed() + " at " + nanos / 1_000_000 + " ms: " + what,
                        failure,
                        scene(cluster, trail));
            }
        }
    }

    private Violation.Scene scene(SimCluster cluster, Trail trail) {
        long nanos = cluster.world().nanos();
        long troubled = troubleFromNanos == 0 ? 0 : (nanos - troubleFromNanos) / SECOND + 1;
        return new Violation.Scene(
                cluster.lastLookNanos(),
                nanos,
                (int) Math.min(troubled, plan.seconds()),
                nemesis == null ? List.of() : List.copyOf(nemesis.acts()),
                cluster.world().recent(),
                trail.lines());
    }

    private Result go(SimCluster cluster, Trail trail) {
        cluster.placement().start();
        cluster.stores().forEach(SimStore::start);
        cluster.runUntil("the first region has three voters and a leader", 30 * SECOND, () -> {
            cluster.askRegions();
            return isWhole(cluster, 1);
        });
        cluster.clients().start();
        Nemesis trouble = new Nemesis(cluster, trail, plan.scenario(), plan.mask());
        nemesis = trouble;
        troubleFromNanos = cluster.world().nanos();
        Core core = new Core(cluster, trail, cluster.world().randomness().fork());
        trouble.begin();
        cluster.runFor(plan.seconds() * SECOND);
        trouble.end();
        if (plan.mask().hasAbsent()) {
            core.choose();
        }
        trouble.finish(core);
        cluster.clients().probe();
        cluster.runUntil("regions with a quorum have leaders and serve", 60 * SECOND, () -> {
            trouble.finish(core);
            return core.hasLostAQuorum()
                    || (core.hasLeaders() && cluster.clients().areProbed());
        });
        if (core.hasLostAQuorum()) {
            cluster.referee().count("core-left-without-a-quorum");
        } else if (!core.isWhole()) {
            cluster.referee().count("core-without-a-minority");
        }
        core.heal();
        trouble.finish(core);
        long before = cluster.clients().succeeded();
        cluster.runUntil(
                "the load goes on after the trouble",
                45 * SECOND,
                () -> cluster.clients().succeeded() > before + 50);
        cluster.clients().stop();
        cluster.runUntil(
                "every operation has ended",
                40 * SECOND,
                () -> cluster.clients().haveEnded());
        if (cluster.clients().hung() > 0) {
            throw new Violation(cluster.clients().hung() + " operations were never answered");
        }
        cluster.runUntil(
                "regions tile the key space, are whole, replicas are equal, and nothing is left over",
                120 * SECOND,
                () -> {
                    cluster.askRegions();
                    trouble.finish(core);
                    return trouble.isFinished()
                            && isWhole(cluster, 1)
                            && hasNoExtraReplicas(cluster)
                            && areEqual(cluster)
                            && cluster.stores().stream().allMatch(SimStore::isAtRest);
                });
        fallAsleep(cluster);
        cluster.clients().judge();
        cluster.stores().forEach(SimStore::countReads);
        loseOne(cluster, core);
        Map<String, Long> sometimes = new TreeMap<>(cluster.referee().counts());
        trail.counts().forEach((event, count) -> sometimes.put("event:" + event, count));
        return new Result(
                plan.seed(),
                cluster.world().eventsRun(),
                trouble.faults(),
                cluster.clients().succeeded(),
                cluster.world().hash(),
                trouble.done(),
                sometimes,
                cluster.seenRegions().size());
    }

    /** Who has nothing to do sleeps, and then says nothing: only stores beat. */
    private static void fallAsleep(SimCluster cluster) {
        if (!cluster.variety().isSleepy()) {
            return;
        }
        long[] quiet = {cluster.groupMessages(), cluster.world().nanos()};
        cluster.runUntil("every group sleeps and says nothing for 10 s", 90 * SECOND, () -> {
            if (!areAsleep(cluster) || cluster.groupMessages() > quiet[0]) {
                quiet[0] = cluster.groupMessages();
                quiet[1] = cluster.world().nanos();
            }
            return cluster.world().nanos() - quiet[1] >= 10 * SECOND;
        });
    }

    /** Nobody asks for anything, and a store is gone: who stands watch over its sleeping groups must see to it that they are led again. */
    private static void loseOne(SimCluster cluster, Core core) {
        SimStore lost = cluster.stores()
                .get((int) cluster.world().randomness().below(cluster.stores().size()));
        lost.kill(false);
        cluster.watch().forget(lost.number());
        cluster.runUntil("what a lost store led is led by others, though nobody asked", 60 * SECOND, core::hasLeaders);
    }

    private static boolean areAsleep(SimCluster cluster) {
        return cluster.stores().stream()
                .filter(SimStore::isUp)
                .allMatch(store -> store.statuses().stream().allMatch(GroupStatus::isAsleep));
    }

    /** Every key in exactly one region; every region settled with three voters and a leader. */
    private static boolean isWhole(SimCluster cluster, int regionsMin) {
        List<RegionView> views = new ArrayList<>(cluster.seenRegions());
        views.sort(Comparator.comparing(view -> view.region().range().startInclusive()));
        Key next = Key.EMPTY;
        for (int i = 0; i < views.size(); i++) {
            RegionView view = views.get(i);
            boolean isSettled = view.leaderStore() != 0
                    && view.region().peers().size() == 3
                    && view.region().peers().stream().allMatch(peer -> peer.role() == PeerRole.VOTER);
            if (!isSettled || !view.region().range().startInclusive().equals(next)) {
                return false;
            }
            next = view.region().range().endExclusive();
            if (next.isEmpty()) {
                return i == views.size() - 1 && views.size() >= regionsMin;
            }
        }
        return false;
    }

    static boolean hasNoExtraReplicas(SimCluster cluster) {
        long wanted = cluster.seenRegions().stream()
                .mapToLong(view -> view.region().peers().size())
                .sum();
        long there = cluster.stores().stream()
                .filter(SimStore::isUp)
                .mapToLong(store -> store.statuses().size())
                .sum();
        return wanted == there;
    }

    static boolean areEqual(SimCluster cluster) {
        for (RegionView view : cluster.seenRegions()) {
            List<String> digests = view.region().peers().stream()
                    .map(peer -> cluster.stores().stream()
                            .filter(store -> store.storeId() == peer.storeId())
                            .findFirst()
                            .map(store -> store.digest(view.region().id()))
                            .orElse("no such store"))
                    .distinct()
                    .toList();
            if (digests.size() != 1 || digests.contains(SimStore.DOWN)) {
                return false;
            }
        }
        return true;
    }
}
