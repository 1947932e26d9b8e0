package dev.cleave.tests.simulator;

import java.util.Map;
import java.util.TreeMap;

/** What all runs of a batch together were. */
final class Tally {
    private final Map<String, Long> done = new TreeMap<>();
    private final Map<String, Long> sometimes = new TreeMap<>();
    private final Map<String, Long> seedsOf = new TreeMap<>();
    private long seeds;
    private long events;
    private long faults;
    private long operations;
    private long virtualSeconds;
    private long chain;
    private int violations;

    void add(Run.Result result, int seconds) {
        seeds++;
        virtualSeconds += seconds;
        events += result.events();
        faults += result.faults();
        operations += result.operations();
        chain = (chain ^ result.hash()) * 0x100000001b3L;
        result.done().forEach((kind, count) -> done.merge(kind, count, Long::sum));
        result.sometimes().forEach((path, count) -> {
            sometimes.merge(path, count, Long::sum);
            seedsOf.merge(path, 1L, Long::sum);
        });
    }

    void addFailed(int seconds) {
        seeds++;
        virtualSeconds += seconds;
        violations++;
    }

    /** A path that should have been taken was not. */
    void addMissed() {
        violations++;
    }

    int violations() {
        return violations;
    }

    long operations() {
        return operations;
    }

    long events() {
        return events;
    }

    long seeds() {
        return seeds;
    }

    long faults() {
        return faults;
    }

    /** Seconds of trouble in all. */
    long virtualSeconds() {
        return virtualSeconds;
    }

    /** The runs' chains of hashes in one: equal for equal batches. */
    long chain() {
        return chain;
    }

    /** What the nemesis did and asked for, by kind. */
    Map<String, Long> done() {
        return done;
    }

    /** How often paths were taken that are rare outside. */
    Map<String, Long> sometimes() {
        return sometimes;
    }

    /** In how many runs a path was taken. */
    long seedsWith(String path) {
        return seedsOf.getOrDefault(path, 0L);
    }

    @Override
    public String toString() {
        return "seeds " + seeds + " events " + events + " faults " + faults + " violations " + violations;
    }
}
