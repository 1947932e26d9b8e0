package dev.cleave.tests.processes;

import dev.cleave.engine.base.Randomness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Cuts the network between nodes in one of several ways, drawn by chance, until it is healed. */
final class NetworkFaults implements AutoCloseable {
    private final Cables cables;
    private final List<String> nodes;
    private final Randomness chance;

    /** @param nodes all of them, the placement driver first */
    NetworkFaults(Cables cables, List<String> nodes, Randomness chance) {
        this.cables = cables;
        this.nodes = List.copyOf(nodes);
        this.chance = chance;
    }

    Cables cables() {
        return cables;
    }

    /** Cuts; returns how, in words. */
    String cut() throws IOException {
        String one = nodes.get((int) chance.below(nodes.size()));
        List<String> others = new ArrayList<>(nodes);
        others.remove(one);
        String other = others.get((int) chance.below(others.size()));
        switch ((int) chance.below(7)) {
            case 0 -> {
                cables.unplug(one);
                return "cut: one from all and from clients";
            }
            case 1 -> {
                cables.part(List.of(one), others);
                return "cut: one from all but clients";
            }
            case 2 -> {
                cables.part(List.of(one), List.of(other));
                return "cut: a pair";
            }
            case 3 -> {
                cables.lose(one, other);
                return "cut: a pair, one way";
            }
            case 4 -> {
                for (String to : others) {
                    cables.lose(one, to);
                }
                return "cut: one is mute";
            }
            case 5 -> {
                for (String from : others) {
                    cables.lose(from, one);
                }
                return "cut: one is deaf";
            }
            default -> {
                halve();
                return "cut: halves";
            }
        }
    }

    private void halve() throws IOException {
        List<String> left = new ArrayList<>();
        List<String> right = new ArrayList<>();
        for (String node : nodes) {
            (chance.below(2) == 0 ? left : right).add(node);
        }
        cables.part(left, right);
    }

    void heal() throws IOException {
        cables.heal();
    }

    @Override
    public void close() throws IOException {
        cables.close();
    }
}
