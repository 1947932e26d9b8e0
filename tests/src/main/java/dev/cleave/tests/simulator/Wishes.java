package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What people ask of the placement driver while there is trouble: splits, moves, changes of leaders. */
final class Wishes {
    private static final int REGIONS_MAX = 6;

    private final SimCluster cluster;
    private final Consumer<String> done;

    Wishes(SimCluster cluster, Consumer<String> done) {
        this.cluster = cluster;
        this.done = done;
    }

    /** At one key, or at several at once. */
    void split(Randomness chance) {
        RegionView view = anyRegion(chance);
        if (view == null || cluster.seenRegions().size() >= REGIONS_MAX) {
            return;
        }
        List<Key> keys = new ArrayList<>();
        long wanted = 1 + chance.below(4) / 3;
        for (int i = 0; i < wanted; i++) {
            Key at = SimClients.KEY_SPACE.key(chance.below(SimClients.KEYS));
            boolean isInside = view.region().range().contains(at)
                    && !at.equals(view.region().range().startInclusive());
            if (isInside && !keys.contains(at)) {
                keys.add(at);
            }
        }
        keys.sort(null);
        if (!keys.isEmpty()) {
            done.accept("ask-split");
            cluster.ask(new PdRequest.SplitRegion(view.region().id(), keys), reply -> {});
        }
    }

    void migrate(Randomness chance) {
        RegionView view = anyRegion(chance);
        if (view == null || view.region().peers().isEmpty()) {
            return;
        }
        List<Peer> peers = view.region().peers();
        long from = peers.get((int) chance.below(peers.size())).storeId();
        long to = any(chance, cluster.stores()).storeId();
        if (to != 0 && view.region().peerOn(to).isEmpty()) {
            done.accept("ask-migrate");
            cluster.ask(new PdRequest.MigrateRegion(view.region().id(), from, to), reply -> {});
        }
    }

    void transferLeader(Randomness chance) {
        RegionView view = anyRegion(chance);
        if (view != null && !view.region().peers().isEmpty()) {
            List<Peer> peers = view.region().peers();
            done.accept("ask-transfer");
            cluster.ask(
                    new PdRequest.TransferLeader(
                            view.region().id(),
                            peers.get((int) chance.below(peers.size())).storeId()),
                    reply -> {});
        }
    }

    private @Nullable RegionView anyRegion(Randomness chance) {
        return cluster.seenRegions().isEmpty() ? null : any(chance, cluster.seenRegions());
    }

    private static <T> T any(Randomness chance, List<T> list) {
        return list.get((int) chance.below(list.size()));
    }
}
