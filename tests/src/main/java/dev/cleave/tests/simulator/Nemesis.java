package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Makes trouble by chance: kills, power cuts, pauses, cut and broken links; and asks for splits, moves and changes of leaders meanwhile. */
final class Nemesis {
    private final SimCluster cluster;
    private final Randomness randomness;
    private final Map<String, Long> done = new TreeMap<>();
    private boolean isOver;

    Nemesis(SimCluster cluster) {
        this.cluster = cluster;
        this.randomness = cluster.world().randomness().fork();
    }

    /** What was done, by kind. */
    Map<String, Long> done() {
        return done;
    }

    long faults() {
        return done.entrySet().stream()
                .filter(each -> !each.getKey().startsWith("ask-"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    void begin() {
        next();
    }

    private void next() {
        cluster.world().after(randomness.between(50_000_000L, 900_000_000L), "nemesis", () -> {
            if (!isOver) {
                act();
                next();
            }
        });
    }

    private void act() {
        cluster.askRegions();
        switch ((int) randomness.below(15)) {
            case 0, 1 -> kill(false);
            case 2 -> kill(true);
            case 3 -> powerCutEverywhere();
            case 4 -> pause();
            case 5, 6 -> cut();
            case 7 -> reset();
            case 8 -> killPlacement();
            case 9, 10 -> split();
            case 11, 12, 13 -> migrate();
            default -> transferLeader();
        }
    }

    private void count(String what) {
        done.merge(what, 1L, Long::sum);
        cluster.world().mix(what.hashCode());
    }

    private void kill(boolean isPowerCut) {
        SimStore victim = any(cluster.stores());
        if (victim.isUp()) {
            count(isPowerCut ? "power-cut" : "kill");
            victim.kill(isPowerCut);
            cluster.watch().forget(victim.number());
            restartLater(victim);
        }
    }

    private void restartLater(SimStore store) {
        cluster.world().after(randomness.between(100_000_000L, 4_000_000_000L), "restart", () -> {
            if (!store.isUp()) {
                store.start();
            }
        });
    }

    /** All stores and the placement driver lose their power at once. */
    private void powerCutEverywhere() {
        count("power-cut-all");
        for (SimStore store : cluster.stores()) {
            if (store.isUp()) {
                store.kill(true);
                cluster.watch().forget(store.number());
            }
            restartLater(store);
        }
        if (cluster.placement().isUp()) {
            cluster.placement().kill(true);
            restartPlacementLater();
        }
    }

    private void killPlacement() {
        if (cluster.placement().isUp()) {
            count("kill-placement");
            cluster.placement().kill(randomness.below(2) == 0);
            restartPlacementLater();
        }
    }

    private void restartPlacementLater() {
        cluster.world().after(randomness.between(100_000_000L, 2_000_000_000L), "restart", () -> {
            if (!cluster.placement().isUp()) {
                cluster.placement().start();
            }
        });
    }

    private void pause() {
        SimStore victim = any(cluster.stores());
        if (victim.isUp()) {
            count("pause");
            victim.machine().pause(randomness.between(50_000_000L, 4_000_000_000L));
        }
    }

    private void cut() {
        count("cut");
        SimStore one = any(cluster.stores());
        if (randomness.below(3) == 0) {
            cluster.stores().forEach(other -> cluster.network().cutBothWays(one.host(), other.host()));
        } else if (randomness.below(2) == 0) {
            cluster.network().cut(one.host(), any(cluster.stores()).host());
        } else {
            cluster.network().cutBothWays(one.host(), any(cluster.stores()).host());
        }
        cluster.world().after(randomness.between(200_000_000L, 5_000_000_000L), "heal", cluster.network()::healAll);
    }

    private void reset() {
        if (cluster.network().resetOneLink()) {
            count("reset");
        }
    }

    private void split() {
        RegionView view = anyRegion();
        if (view != null && cluster.seenRegions().size() < 5) {
            Key at = Key.utf8(String.format(Locale.ROOT, "k%d", randomness.below(SimClients.KEYS)));
            if (view.region().range().contains(at)
                    && !at.equals(view.region().range().startInclusive())) {
                count("ask-split");
                cluster.ask(new PdRequest.SplitRegion(view.region().id(), List.of(at)), reply -> {});
            }
        }
    }

    private void migrate() {
        RegionView view = anyRegion();
        if (view == null || view.region().peers().isEmpty()) {
            return;
        }
        List<Peer> peers = view.region().peers();
        long from = peers.get((int) randomness.below(peers.size())).storeId();
        long to = any(cluster.stores()).storeId();
        if (to != 0 && view.region().peerOn(to).isEmpty()) {
            count("ask-migrate");
            cluster.ask(new PdRequest.MigrateRegion(view.region().id(), from, to), reply -> {});
        }
    }

    private void transferLeader() {
        RegionView view = anyRegion();
        if (view != null && !view.region().peers().isEmpty()) {
            List<Peer> peers = view.region().peers();
            count("ask-transfer");
            cluster.ask(
                    new PdRequest.TransferLeader(
                            view.region().id(), peers.get((int) randomness.below(peers.size())).storeId()),
                    reply -> {});
        }
    }

    private @org.jspecify.annotations.Nullable RegionView anyRegion() {
        return cluster.seenRegions().isEmpty() ? null : any(cluster.seenRegions());
    }

    private <T> T any(List<T> list) {
        return list.get((int) randomness.below(list.size()));
    }

    /** No more trouble: links heal, everybody starts again. */
    void end() {
        isOver = true;
        cluster.network().healAll();
        cluster.stores().stream().filter(store -> !store.isUp()).forEach(SimStore::start);
        if (!cluster.placement().isUp()) {
            cluster.placement().start();
        }
    }
}
