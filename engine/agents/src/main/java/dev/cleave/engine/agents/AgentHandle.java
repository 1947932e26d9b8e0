package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;

/** A running agent, seen from outside. */
@AnyThread
public interface AgentHandle extends AutoCloseable {
    /** Makes the agent run soon if it is parked; cheap when it is not. */
    void wake();

    /** Stops the agent after its current turn and waits for it; does nothing the second time. */
    @Override
    void close();
}
