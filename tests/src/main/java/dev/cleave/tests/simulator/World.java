package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;

/**
 * Virtual time: events in order of their moment, one after the other, in one thread. Everything that happens goes into a chain of hashes, so two
 * runs of one seed can be compared.
 */
public final class World implements Clock {
    private static final long WALL_START_MILLIS = 1_700_000_000_000L;

    /** How many events are remembered for who asks what has just happened. */
    private static final int RECENT = 32;

    /** More events than that in one second turn in circles. A busy cluster has a few thousand. */
    private static final long EVENTS_PER_SECOND_MAX = 1_000_000;

    private static final long SECOND = 1_000_000_000L;

    private final Randomness randomness;
    private final Event[] recent = new Event[RECENT];
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos = 1_000_000_000L;
    private long eventNumber;
    private long eventsRun;
    private long hash = 0xcbf29ce484222325L;
    private String current = "start";
    private long secondEndNanos;
    private long eventsBeforeSecond;

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
        return stepUntil(Long.MAX_VALUE);
    }

    /** Runs events until {@code nanos} have passed. */
    public void runFor(long nanos) {
        runUntil(nowNanos + nanos);
    }

    /** Runs the next event if it is due by {@code endNanos}; false if there is none. */
    boolean stepUntil(long endNanos) {
        Event event = events.peek();
        while (event != null && event.isCancelled) {
            events.poll();
            event = events.peek();
        }
        if (event == null || event.nanos > endNanos) {
            return false;
        }
        events.poll();
        nowNanos = event.nanos;
        current = event.what;
        recent[(int) (eventsRun % RECENT)] = event;
        eventsRun++;
        checkRest();
        mix(event.nanos);
        mix(event.what.hashCode());
        event.action.run();
        return true;
    }

    private void checkRest() {
        if (nowNanos >= secondEndNanos) {
            secondEndNanos = nowNanos + SECOND;
            eventsBeforeSecond = eventsRun;
        }
        if (eventsRun - eventsBeforeSecond > EVENTS_PER_SECOND_MAX) {
            throw new Violation(
                    "it turns in circles: over " + EVENTS_PER_SECOND_MAX + " events within a second, now " + current);
        }
    }

    /** Runs events until it is {@code endNanos}. */
    void runUntil(long endNanos) {
        boolean isRunning = true;
        while (isRunning) {
            isRunning = stepUntil(endNanos);
        }
        nowNanos = Math.max(nowNanos, endNanos);
    }

    /** The last events, oldest first. */
    List<String> recent() {
        List<String> lines = new ArrayList<>();
        for (long number = Math.max(0, eventsRun - RECENT); number < eventsRun; number++) {
            Event event = recent[(int) (number % RECENT)];
            lines.add(String.format(Locale.ROOT, "%10.3f ms  #%d %s", event.nanos / 1e6, number, event.what));
        }
        return lines;
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

        boolean isCancelled() {
            return isCancelled;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
