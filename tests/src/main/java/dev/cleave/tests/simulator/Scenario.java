package dev.cleave.tests.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What kinds of trouble a run sees, and how much of each: {@code bin/simulate --scenario NAME}. */
enum Scenario {
    /** Everything, as it comes. */
    ALL(1, Map.of()),
    /** No fault at all: regions are split and moved while they are used. */
    CALM(1, Map.of(Kind.REGIONS, 1)),
    /** Power cuts of one and of all, in the midst of writes too. */
    POWER(1, Map.of(Kind.POWER, 8, Kind.PROCESS, 1, Kind.REGIONS, 2)),
    /** Processes that are killed, paused, and restarted again and again. */
    PROCESS(1, Map.of(Kind.PROCESS, 6, Kind.PLACEMENT, 2, Kind.REGIONS, 2)),
    /** Cuts, clogged, narrow, slow and shaky links. */
    NETWORK(1, Map.of(Kind.NETWORK, 5, Kind.PROCESS, 1, Kind.REGIONS, 2)),
    /** Disks that stall, fail, rot and are lost. */
    DISK(1, Map.of(Kind.DISK, 8, Kind.POWER, 1, Kind.PROCESS, 1, Kind.REGIONS, 2)),
    /** Mostly splits, moves and changes of leaders, with some of everything. */
    MEMBERSHIP(1, Map.of(Kind.REGIONS, 8, Kind.PROCESS, 1, Kind.POWER, 1, Kind.NETWORK, 1, Kind.DISK, 1)),
    /** Clocks that go wrong, pauses and cuts: what leases are broken by. */
    CLOCKS(1, Map.of(Kind.CLOCK, 8, Kind.PROCESS, 2, Kind.NETWORK, 1, Kind.REGIONS, 1)),
    /** Long quiet times in between. */
    SLEEP(8, Map.of());

    /** Kinds of trouble. */
    enum Kind {
        PROCESS,
        POWER,
        DISK,
        NETWORK,
        CLOCK,
        PLACEMENT,
        /** What people ask for. */
        REGIONS
    }

    private final int pace;
    private final Map<Kind, Integer> weights;

    /** {@code weights} names the kinds that happen at all; an empty one means all alike. */
    Scenario(int pace, Map<Kind, Integer> weights) {
        this.pace = pace;
        this.weights = weights;
    }

    int weight(Kind kind) {
        return weights.isEmpty() ? 1 : weights.getOrDefault(kind, 0);
    }

    boolean has(Kind kind) {
        return weight(kind) > 0;
    }

    /** How many times longer than usual the time between two acts is. */
    int pace() {
        return pace;
    }

    static Scenario parse(String name) {
        return Arrays.stream(values())
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("unknown scenario '" + name + "'; there are " + names()));
    }

    static String names() {
        return Arrays.stream(values()).map(Scenario::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
