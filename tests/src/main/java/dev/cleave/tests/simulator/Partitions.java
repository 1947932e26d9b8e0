package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Cuts between hosts in all their shapes, for a while. The placement driver and the clients may be among those that are cut off. */
final class Partitions {
    private static final long MILLI = 1_000_000L;

    private final SimCluster cluster;
    private final Consumer<String> done;

    Partitions(SimCluster cluster, Consumer<String> done) {
        this.cluster = cluster;
        this.done = done;
    }

    void cut(Randomness chance) {
        List<String> hosts = hosts(chance);
        String one = hosts.get(0);
        switch ((int) chance.below(8)) {
            case 0 -> {
                done.accept("cut-pair");
                cluster.network().cutBothWays(one, hosts.get(1));
            }
            case 1 -> {
                done.accept("cut-one-way");
                cluster.network().cut(one, hosts.get(1));
            }
            case 2 -> {
                done.accept("cut-off-one");
                hosts.forEach(other -> cluster.network().cutBothWays(one, other));
            }
            case 3 -> {
                done.accept("cut-off-one-way");
                boolean isDeaf = chance.below(2) == 0;
                hosts.forEach(other -> cluster.network().cut(isDeaf ? other : one, isDeaf ? one : other));
            }
            case 4 -> {
                done.accept("cut-halves");
                halves(hosts, 0);
            }
            case 5 -> {
                done.accept("cut-bridge");
                halves(hosts, 1);
            }
            case 6 -> {
                done.accept("cut-ring");
                ring(hosts);
            }
            default -> {
                done.accept("cut-placement");
                hosts.stream()
                        .filter(host -> chance.below(2) == 0)
                        .forEach(host -> cluster.network().cutBothWays(host, SimPlacement.ADDRESS.host()));
            }
        }
        healLater(chance);
    }

    /** Two halves that do not see each other, but for {@code bridges} hosts that everybody sees. */
    private void halves(List<String> hosts, int bridges) {
        List<String> split = hosts.subList(bridges, hosts.size());
        int middle = split.size() / 2;
        for (String left : split.subList(0, middle)) {
            for (String right : split.subList(middle, split.size())) {
                cluster.network().cutBothWays(left, right);
            }
        }
    }

    /** Everybody sees two neighbours only. */
    private void ring(List<String> hosts) {
        int count = hosts.size();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                boolean areNeighbours = i - j == 1 || i - j == count - 1;
                if (!areNeighbours) {
                    cluster.network().cutBothWays(hosts.get(i), hosts.get(j));
                }
            }
        }
    }

    void slow(Randomness chance) {
        List<String> hosts = hosts(chance);
        done.accept("slow-links");
        long nanos = chance.between(20 * MILLI, 1_200 * MILLI);
        for (String other : hosts.subList(1, hosts.size())) {
            if (chance.below(2) == 0) {
                cluster.network().slow(hosts.get(0), other, nanos);
            }
        }
        healLater(chance);
    }

    void reset(Randomness chance) {
        if (cluster.network().resetOneLink(chance)) {
            done.accept("reset");
        }
    }

    private void healLater(Randomness chance) {
        cluster.world().after(chance.between(200 * MILLI, 6_000 * MILLI), "heal", cluster.network()::healAll);
    }

    /** The stores' hosts in an order by chance. */
    private List<String> hosts(Randomness chance) {
        List<String> hosts =
                new ArrayList<>(cluster.stores().stream().map(SimStore::host).toList());
        for (int i = hosts.size() - 1; i > 0; i--) {
            int other = (int) chance.below(i + 1);
            hosts.set(other, hosts.set(i, hosts.get(other)));
        }
        return hosts;
    }
}
