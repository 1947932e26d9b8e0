package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people ask of the placement driver while there is trouble: splits, moves, changes of leaders. */
final class Wishes {
    /** More are not asked for. */
    static final int REGIONS_MAX = 6;

    private final Victims victims;
    private final SimCluster cluster;
    private final boolean mayCut;

    Wishes(Victims victims, Scenario scenario) {
        this.mayCut = scenario.has(Kind.NETWORK);
        this.victims = victims;
        this.cluster = victims.cluster();
    }

    List<Fault> faults() {
        return List.of(
                new Fault(Kind.REGIONS, 9, this::split),
                new Fault(Kind.REGIONS, 14, this::migrate),
                new Fault(Kind.REGIONS, 8, this::transferLeader),
                new Fault(Kind.REGIONS, 6, this::check),
                new Fault(Kind.REGIONS, 4, this::cancel),
                new Fault(Kind.REGIONS, 4, this::compact));
    }

    /** At one key, or at several at once. */
    private void split(Randomness chance) {
        RegionView view = anyRegion(chance);
        if (view == null || cluster.seenRegions().size() >= REGIONS_MAX) {
            return;
        }
        List<Key> keys = new ArrayList<>();
        long wanted = 1 + chance.below(4) / 3;
        for (int i = 0; i < wanted; i++) {
            KeySpace used = cluster.clients().keySpace();
            Key at = used.key(chance.below(used.keys()));
            boolean isInside = view.region().range().contains(at)
                    && !at.equals(view.region().range().startInclusive());
            if (isInside && !keys.contains(at)) {
                keys.add(at);
            }
        }
        keys.sort(null);
        if (!keys.isEmpty()) {
            victims.done("ask-split");
            cluster.ask(new PdRequest.SplitRegion(view.region().id(), keys), reply -> {});
        }
    }

    private void migrate(Randomness chance) {
        RegionView view = anyRegion(chance);
        if (view == null || view.region().peers().isEmpty()) {
            return;
        }
        List<Peer> peers = view.region().peers();
        long from = peers.get((int) chance.below(peers.size())).storeId();
        long to = victims.any(chance).storeId();
        if (to != 0 && view.region().peerOn(to).isEmpty()) {
            victims.done("ask-migrate");
            cluster.ask(new PdRequest.MigrateRegion(view.region().id(), from, to), reply -> {});
        }
    }

    private void transferLeader(Randomness chance) {
        RegionView view = anyRegion(chance);
        if (view != null && !view.region().peers().isEmpty()) {
            List<Peer> peers = view.region().peers();
            victims.done("ask-transfer");
            cluster.ask(
                    new PdRequest.TransferLeader(
                            view.region().id(),
                            peers.get((int) chance.below(peers.size())).storeId()),
                    reply -> {});
        }
    }

    /** Nobody's data change by themselves here: whatever else happens, replicas that are compared hold the same. */
    private void check(Randomness chance) {
        RegionView view = anyRegion(chance);
        if (view != null) {
            victims.done("ask-check");
            cluster.ask(new PdRequest.CheckRegion(view.region().id()), reply -> {
                if (reply instanceof PdReply.Checked checked
                        && checked.replicas().stream()
                                .anyMatch(replica -> replica.standing() == CheckedReplica.Standing.DIFFERS)) {
                    throw new Violation("replicas differ: " + checked);
                }
            });
        }
    }

    /** Ends a plan where it stands: the region must be whole again all the same. */
    private void cancel(Randomness chance) {
        long pick = chance.below(1_000);
        cluster.ask(new PdRequest.ListOperators(0), reply -> {
            if (reply instanceof PdReply.Operators all) {
                List<OperatorView> running = all.operators().stream()
                        .filter(operator -> operator.state() == OperatorView.State.RUNNING)
                        .toList();
                if (!running.isEmpty()) {
                    victims.done("ask-cancel");
                    long id = running.get((int) (pick % running.size())).id();
                    cluster.ask(new PdRequest.CancelOperator(id), ended -> {});
                }
            }
        });
    }

    /** A leader forgets its logs' old ends while a store hears nothing from it, which needs snapshots then. */
    private void compact(Randomness chance) {
        SimStore leader = victims.leader(chance);
        SimStore laggard = victims.any(chance);
        if (leader.isUp() && leader.number() != laggard.number()) {
            victims.done("ask-compact", leader);
            Runnable heal = mayCut ? cluster.network().cut(leader.host(), laggard.host()) : () -> {};
            leader.pressLog(true);
            victims.later(chance.between(300 * MILLI, 3_000 * MILLI), "heal", heal);
            victims.later(chance.between(300 * MILLI, 4_000 * MILLI), "ease", () -> leader.pressLog(false));
        }
    }

    private @Nullable RegionView anyRegion(Randomness chance) {
        return cluster.seenRegions().isEmpty() ? null : Victims.any(chance, cluster.seenRegions());
    }
}
