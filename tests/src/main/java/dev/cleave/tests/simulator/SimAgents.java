package dev.cleave.tests.simulator;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.agents.AgentHost;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Runs the agents of one machine as events of the world. A turn takes a little while, more or less by chance. */
public final class SimAgents implements AgentHost {
    private static final long TURN_NANOS_MIN = 2_000;
    private static final long TURN_NANOS_MAX = 30_000;
    /** What a force takes: so long does everything that has been handed to the log wait unforced, and may be lost. */
    private static final long FORCE_NANOS_MIN = 100_000;

    private static final long FORCE_NANOS_MAX = 3_000_000;
    private static final long STALL_NANOS_MAX = 300_000_000;

    private final Machine machine;
    private final BiConsumer<String, Throwable> failed;
    private final @Nullable Stalls stalls;
    private final List<Running> running = new ArrayList<>();

    /** {@code failed} hears of an agent that ended with an exception: its process is to end. */
    public SimAgents(Machine machine, BiConsumer<String, Throwable> failed) {
        this(machine, failed, null);
    }

    SimAgents(Machine machine, BiConsumer<String, Throwable> failed, @Nullable Stalls stalls) {
        this.machine = machine;
        this.stalls = stalls;
        this.failed = failed;
    }

    @Override
    public AgentHandle start(Agent agent) {
        Running started = new Running(agent);
        running.add(started);
        started.wake();
        return started;
    }

    @Override
    public void close() {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).close();
        }
    }

    /** One agent of the machine. */
    private final class Running implements AgentHandle {
        private final Agent agent;
        private World.@Nullable Event next;
        private long nextNanos = Long.MAX_VALUE;
        private boolean isClosed;
        private boolean isInTurn;

        Running(Agent agent) {
            this.agent = agent;
        }

        @Override
        public void wake() {
            if (!isInTurn) {
                scheduleAt(machine.nanos() + delay());
            } else {
                nextNanos = Long.MIN_VALUE;
            }
        }

        private long delay() {
            if (agent.role().equals("apply")) {
                // The engine stalls now and then, and while its disk does.
                boolean isSlow = machine.randomness().below(100) == 0;
                long turn = machine.randomness().between(TURN_NANOS_MIN, isSlow ? STALL_NANOS_MAX : TURN_NANOS_MAX);
                return turn + machine.engineStallNanos();
            }
            if (!agent.role().equals("log")) {
                return machine.randomness().between(TURN_NANOS_MIN, TURN_NANOS_MAX);
            }
            boolean isStalled = machine.randomness().below(100) == 0;
            long force = machine.randomness().between(FORCE_NANOS_MIN, isStalled ? STALL_NANOS_MAX : FORCE_NANOS_MAX);
            return force + machine.diskStallNanos();
        }

        private void scheduleAt(long nanos) {
            if (isClosed || nextNanos <= nanos) {
                return;
            }
            if (next != null) {
                next.cancel();
            }
            nextNanos = nanos;
            next = machine.afterOwn(nanos - machine.nanos(), agent.role(), this::turn);
        }

        private void turn() {
            next = null;
            nextNanos = Long.MAX_VALUE;
            if (isClosed) {
                return;
            }
            boolean wasBusy;
            isInTurn = true;
            long now = machine.nanos();
            if (stalls != null && !stalls.survivesTurn(machine, agent.role())) {
                return;
            }
            try {
                wasBusy = agent.doWork(now) > 0;
            } catch (Throwable failure) {
                isClosed = true;
                failed.accept(agent.role(), failure);
                return;
            } finally {
                isInTurn = false;
            }
            boolean isWoken = nextNanos == Long.MIN_VALUE;
            nextNanos = Long.MAX_VALUE;
            if (wasBusy || isWoken) {
                wake();
            } else {
                long deadline = agent.nextDeadlineNanos();
                if (deadline != Long.MAX_VALUE) {
                    scheduleAt(Math.max(deadline, machine.nanos() + TURN_NANOS_MIN));
                }
            }
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                if (next != null) {
                    next.cancel();
                }
                agent.onClose();
            }
        }
    }
}
