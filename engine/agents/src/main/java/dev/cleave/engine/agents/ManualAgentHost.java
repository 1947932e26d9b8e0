package dev.cleave.engine.agents;

import dev.cleave.engine.base.Invariant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs agents on the caller's thread, round robin in the order of their start, at times the caller names: for simulators and
 * tests. One thread only.
 */
public final class ManualAgentHost implements AgentHost {
    private static final int ROUNDS_MAX = 1_000_000;

    private final FailureListener failures;
    private final List<Manual> agents = new ArrayList<>();
    private final Set<String> held = new HashSet<>();

    public ManualAgentHost(FailureListener failures) {
        this.failures = failures;
    }

    @Override
    public AgentHandle start(Agent agent) {
        Manual manual = new Manual(agent);
        agents.add(manual);
        return manual;
    }

    /** From now on agents with this role get no turns, as if what they wait for (a disk, say) stood still. */
    public void hold(String role) {
        held.add(role);
    }

    /** Ends {@link #hold}. */
    public void release(String role) {
        held.remove(role);
    }

    /** Gives each agent one turn and returns the work done. */
    public int runRound(long nowNanos) {
        int work = 0;
        for (Manual manual : List.copyOf(agents)) {
            work += manual.turn(nowNanos);
        }
        return work;
    }

    /** Gives rounds of turns until no agent has anything to do at {@code nowNanos}; returns the work done. */
    public long runUntilIdle(long nowNanos) {
        long work = 0;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            int done = runRound(nowNanos);
            if (done == 0) {
                return work;
            }
            work += done;
        }
        throw new IllegalStateException("agents found work in each of " + ROUNDS_MAX + " rounds: " + roles());
    }

    /** The earliest deadline of all agents; {@link Long#MAX_VALUE} for none. */
    public long nextDeadlineNanos() {
        return agents.stream()
                .mapToLong(manual -> manual.agent.nextDeadlineNanos())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Forgets all agents without closing them, as a power cut does. */
    public void crash() {
        agents.forEach(manual -> manual.hasEnded = true);
        agents.clear();
    }

    @Override
    public void close() {
        for (int i = agents.size() - 1; i >= 0; i--) {
            agents.get(i).close();
        }
    }

    private List<String> roles() {
        return agents.stream().map(manual -> manual.agent.role()).toList();
    }

    private final class Manual implements AgentHandle {
        private final Agent agent;
        private boolean isInTurn;
        private boolean isClosing;
        private boolean hasEnded;

        Manual(Agent agent) {
            this.agent = agent;
        }

        int turn(long nowNanos) {
            if (hasEnded || held.contains(agent.role())) {
                return 0;
            }
            Invariant.check(!isInTurn, "an agent's turn does not start another of it");
            int work = 0;
            isInTurn = true;
            try {
                work = agent.doWork(nowNanos);
            } catch (Throwable failure) {
                isClosing = true;
                failures.failed(agent.role(), failure);
            } finally {
                isInTurn = false;
            }
            if (isClosing) {
                end();
            }
            return work;
        }

        @Override
        public void wake() {
            // The next round runs every agent anyway.
        }

        @Override
        public void close() {
            isClosing = true;
            if (!isInTurn) {
                end();
            }
        }

        private void end() {
            if (!hasEnded) {
                hasEnded = true;
                agents.remove(this);
                agent.onClose();
            }
        }
    }
}
