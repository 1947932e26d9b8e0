package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Cuts between hosts in all their shapes, for a while each. The placement driver may be among those that are cut off. */
final class Partitions {
    private final Victims victims;
    private final SimNetwork network;

    Partitions(Victims victims) {
        this.victims = victims;
        this.network = victims.cluster().network();
    }

    /** A way of cutting: what cuts it makes among hosts, given in an order by chance. */
    private interface Shape {
        void cut(List<String> hosts, Randomness chance, List<Runnable> heals);
    }

    List<Fault> faults() {
        return List.of(
                shape("cut-pair", (hosts, chance, heals) -> heals.add(network.cutBothWays(hosts.get(0), hosts.get(1)))),
                shape("cut-one-way", (hosts, chance, heals) -> heals.add(network.cut(hosts.get(0), hosts.get(1)))),
                shape(
                        "cut-off-one",
                        (hosts, chance, heals) ->
                                eachOther(hosts, (one, other) -> heals.add(network.cutBothWays(one, other)))),
                shape(
                        "cut-off-deaf",
                        (hosts, chance, heals) -> eachOther(hosts, (one, other) -> heals.add(network.cut(other, one)))),
                shape(
                        "cut-off-mute",
                        (hosts, chance, heals) -> eachOther(hosts, (one, other) -> heals.add(network.cut(one, other)))),
                shape("cut-halves", (hosts, chance, heals) -> halves(hosts, 0, heals)),
                shape("cut-bridge", (hosts, chance, heals) -> halves(hosts, 1, heals)),
                shape("cut-ring", (hosts, chance, heals) -> ring(hosts, heals)),
                shape(
                        "cut-placement",
                        (hosts, chance, heals) -> hosts.stream()
                                .filter(host -> chance.below(2) == 0)
                                .forEach(host -> heals.add(network.cutBothWays(host, SimPlacement.ADDRESS.host())))),
                new Fault(Kind.NETWORK, 2, this::swizzle));
    }

    private Fault shape(String name, Shape shape) {
        return new Fault(Kind.NETWORK, 1, chance -> {
            victims.done(name);
            List<Runnable> heals = new ArrayList<>();
            shape.cut(victims.hosts(chance), chance, heals);
            victims.later(chance.between(200 * MILLI, 6_000 * MILLI), "heal", () -> heals.forEach(Runnable::run));
        });
    }

    private static void eachOther(List<String> hosts, BiConsumer<String, String> cut) {
        hosts.subList(1, hosts.size()).forEach(other -> cut.accept(hosts.get(0), other));
    }

    /** Two halves that do not see each other, but for {@code bridges} hosts that everybody sees. */
    private void halves(List<String> hosts, int bridges, List<Runnable> heals) {
        List<String> split = hosts.subList(bridges, hosts.size());
        int middle = split.size() / 2;
        for (String left : split.subList(0, middle)) {
            for (String right : split.subList(middle, split.size())) {
                heals.add(network.cutBothWays(left, right));
            }
        }
    }

    /** Everybody sees two neighbours only: with five hosts, each a majority of its own. */
    private void ring(List<String> hosts, List<Runnable> heals) {
        int count = hosts.size();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                boolean areNeighbours = i - j == 1 || i - j == count - 1;
                if (!areNeighbours) {
                    heals.add(network.cutBothWays(hosts.get(i), hosts.get(j)));
                }
            }
        }
    }

    /** Some hosts are cut off one after the other, and come back in another order. */
    private void swizzle(Randomness chance) {
        victims.done("swizzle");
        List<String> hosts = victims.hosts(chance);
        List<String> cut = hosts.subList(0, 1 + (int) chance.below(hosts.size()));
        List<List<Runnable>> heals = new ArrayList<>();
        long at = 0;
        for (String one : cut) {
            List<Runnable> healsOne = new ArrayList<>();
            heals.add(healsOne);
            victims.later(
                    at,
                    "swizzle",
                    () -> hosts.stream()
                            .filter(other -> !other.equals(one))
                            .forEach(other -> healsOne.add(network.cutBothWays(one, other))));
            at += chance.between(50 * MILLI, 800 * MILLI);
        }
        Victims.shuffle(chance, heals);
        for (List<Runnable> healsOne : heals) {
            at += chance.between(100 * MILLI, 1_200 * MILLI);
            victims.later(at, "unswizzle", () -> healsOne.forEach(Runnable::run));
        }
    }
}
