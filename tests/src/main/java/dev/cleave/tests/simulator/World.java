package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import java.util.PriorityQueue;

/**
 * Virtual time: events in order of their moment, one after the other, in one thread. Everything that happens goes into a chain of hashes, so two
 * runs of one seed can be compared.
 */
public final class World implements Clock {
    private static final long WALL_START_MILLIS = 1_700_000_000_000L;

    private final Randomness randomness;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos = 1_000_000_000L;
    private long eventNumber;
    private long eventsRun;
    private long hash = 0xcbf29ce484222325L;
    private String current = "start";

    public World(long seed) {
        randomness = Randomness.seeded(seed * 0x9E3779B97F4A7C15L + 1);
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public long wallMillis() {
        return WALL_START_MILLIS + nowNanos / 1_000_000;
    }

    /** The world's own source of chance: delays, faults. Nodes get forks of it. */
    public Randomness randomness() {
        return randomness;
    }

    /** Lets {@code action} happen after {@code delayNanos}; returns a handle that can call it off. */
    public Event after(long delayNanos, String what, Runnable action) {
        Event event = new Event(nowNanos + Math.max(0, delayNanos), ++eventNumber, what, action);
        events.add(event);
        return event;
    }

    /** Runs the next event; false if there is none. */
    public boolean step() {
        Event event = events.poll();
        while (event != null && event.isCancelled) {
            event = events.poll();
        }
        if (event == null) {
            return false;
        }
        nowNanos = event.nanos;
        current = event.what;
        eventsRun++;
        mix(event.nanos);
        mix(event.what.hashCode());
        event.action.run();
        return true;
    }

    /** Runs events until {@code nanos} have passed. */
    public void runFor(long nanos) {
        long end = nowNanos + nanos;
        while (!events.isEmpty() && events.peek().nanos <= end) {
            step();
        }
        nowNanos = Math.max(nowNanos, end);
    }

    /** Adds something observed to the chain. */
    public void mix(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    /** What is happening: the name of the event being run. */
    String current() {
        return current;
    }

    public long hash() {
        return hash;
    }

    public long eventsRun() {
        return eventsRun;
    }

    /** Something that will happen. */
    public static final class Event implements Comparable<Event> {
        private final long nanos;
        private final long number;
        private final String what;
        private final Runnable action;
        private boolean isCancelled;

        private Event(long nanos, long number, String what, Runnable action) {
            this.nanos = nanos;
            this.number = number;
            this.what = what;
            this.action = action;
        }

        public void cancel() {
            isCancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
