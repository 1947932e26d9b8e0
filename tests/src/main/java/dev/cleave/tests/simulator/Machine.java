package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One run of a process on the simulated world: from its start to its end by stop, kill or pause. What was scheduled for it no longer happens
 * once it is dead, and waits while it is paused.
 */
public final class Machine implements Timers, Clock {
    private final World world;
    private final String name;
    private final Randomness randomness;
    private final Clock clock;
    private final Map<String, String> names = new HashMap<>();
    /** What fell into a pause. */
    private final Queue<Task> held = new ArrayDeque<>();

    private boolean isDead;
    private long pausedUntilNanos;
    /** Something here stands still in its midst, and has not gone on. */
    private boolean isStanding;

    private long diskStalledUntilNanos;
    private long engineStalledUntilNanos;

    /** A machine whose clocks are those of the world. */
    public Machine(World world, String name) {
        this(world, name, world);
    }

    Machine(World world, String name, Clock clock) {
        this.world = world;
        this.clock = clock;
        this.name = name;
        this.randomness = world.randomness().fork();
    }

    public String name() {
        return name;
    }

    public Randomness randomness() {
        return randomness;
    }

    World world() {
        return world;
    }

    public boolean isDead() {
        return isDead;
    }

    /** Kill -9: nothing more happens here. */
    public void kill() {
        isDead = true;
        held.clear();
    }

    /** SIGSTOP for a while: everything that falls into it happens at its end, in order. */
    public void pause(long nanos) {
        if (nanos <= 0) {
            return;
        }
        pausedUntilNanos = Math.max(pausedUntilNanos, world.nanos() + nanos);
        world.after(nanos, name + " resume", () -> {
            if (world.nanos() >= pausedUntilNanos) {
                resume();
            }
        });
    }

    private void resume() {
        pausedUntilNanos = 0;
        while (!held.isEmpty() && !isPaused()) {
            Task task = held.remove();
            if (!Invariant.present(task.event, "what was held was scheduled").isCancelled()) {
                task.run();
            }
        }
    }

    private boolean isPaused() {
        return isStanding || pausedUntilNanos > world.nanos();
    }

    /** The disk answers nothing for a while; neither does the engine on it. */
    public void stallDisk(long nanos) {
        diskStalledUntilNanos = Math.max(diskStalledUntilNanos, world.nanos() + nanos);
        stallEngine(nanos);
    }

    /** The engine takes in no batch for a while. */
    void stallEngine(long nanos) {
        engineStalledUntilNanos = Math.max(engineStalledUntilNanos, world.nanos() + nanos);
    }

    long engineStallNanos() {
        return Math.max(0, engineStalledUntilNanos - world.nanos());
    }

    long diskStallNanos() {
        return Math.max(0, diskStalledUntilNanos - world.nanos());
    }

    /** Lets {@code action} happen on this machine. */
    World.Event after(long delayNanos, String what, Runnable action) {
        Task task = new Task(action);
        World.Event event = world.after(delayNanos, nameOf(what), task);
        task.event = event;
        return event;
    }

    /** Names are kept: there are few of them, and many events. */
    private String nameOf(String what) {
        return names.computeIfAbsent(what, any -> name + " " + what.strip());
    }

    /** Something that happens here: not if the process is dead, and not while it stands still. */
    private final class Task implements Runnable {
        private final Runnable action;
        private World.@Nullable Event event;

        Task(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (isPaused()) {
                held.add(this);
            } else if (!isDead) {
                perform();
            }
        }

        private void perform() {
            try {
                action.run();
            } catch (Moments.Died dead) {
                Invariant.check(isDead, "who has died is dead", name);
            }
        }
    }

    /** SIGSTOP in the midst of what is being done here: everybody else goes on for a while, then this does, unless it was killed meanwhile. */
    void standStill(long nanos) {
        pause(nanos);
        // What else waits here goes on after this, not in the midst of it.
        isStanding = true;
        world.runUntil(world.nanos() + nanos - 1);
        isStanding = false;
        if (isDead) {
            throw new Moments.Died("standing still");
        }
        if (!isPaused()) {
            // Somebody else has stood still meanwhile, and for longer: our own end has passed.
            pause(1);
        }
    }

    /** Lets {@code action} happen once this machine's clock has gone on by {@code delayNanos}. */
    World.Event afterOwn(long delayNanos, String what, Runnable action) {
        long nanos = clock instanceof HostClock own ? own.worldNanos(delayNanos) : delayNanos;
        return after(nanos, what, action);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        return afterOwn(delayNanos, " timer", task)::cancel;
    }

    @Override
    public void execute(Runnable task) {
        after(1_000 + randomness.below(5_000), " task", task);
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public long wallMillis() {
        return clock.wallMillis();
    }
}
