package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Runs each agent on a daemon thread of its own, named by its role. An idle agent parks until it is woken or its deadline has
 * come, at most 100 ms; nothing spins. An agent that fails stops; {@link FailureListener} is told once.
 */
@AnyThread
public final class ThreadAgentHost implements AgentHost {
    private final Clock clock;
    private final FailureListener failures;
    private final Deque<AgentThread> started = new ArrayDeque<>();
    private boolean isClosed;

    public ThreadAgentHost(Clock clock, FailureListener failures) {
        this.clock = clock;
        this.failures = failures;
    }

    @Override
    public synchronized AgentHandle start(Agent agent) {
        if (isClosed) {
            throw new IllegalStateException("agent host is closed: " + agent.role() + " cannot be started");
        }
        started.removeIf(AgentThread::hasEnded);
        AgentThread thread = new AgentThread(agent, clock, failures);
        started.push(thread);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        for (AgentThread thread : latestFirst()) {
            thread.close();
        }
    }

    private synchronized List<AgentThread> latestFirst() {
        isClosed = true;
        List<AgentThread> latestFirst = new ArrayList<>(started);
        started.clear();
        return latestFirst;
    }
}
