package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;

/** Runs agents: on threads in production, on virtual time in the simulator. */
@AnyThread
public interface AgentHost extends AutoCloseable {
    /** Starts {@code agent}; it runs until its handle or this host is closed, or it fails. */
    AgentHandle start(Agent agent);

    /** Stops all agents in the reverse order of their start and waits for each, at most 10 s. */
    @Override
    void close();
}
