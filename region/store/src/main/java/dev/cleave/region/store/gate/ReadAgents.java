package dev.cleave.region.store.gate;

import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.agents.AgentHost;
import dev.cleave.engine.base.AnyThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The read agents of a store: a region's reads always go to the same one. */
@AnyThread
public final class ReadAgents implements AutoCloseable {
    private final ReadGate gate;
    private final List<ReadAgent> agents = new ArrayList<>();
    private final List<AgentHandle> handles = new ArrayList<>();

    public ReadAgents(ReadGate gate, AgentHost host, int agentsCount, int queuedMax) {
        this.gate = gate;
        for (int number = 0; number < agentsCount; number++) {
            ReadAgent agent = new ReadAgent(number, gate, queuedMax);
            agents.add(agent);
            AgentHandle handle = host.start(agent);
            handles.add(handle);
            agent.inbox().ownedBy(handle);
        }
    }

    /** As {@link ReadGate#ready}. */
    void ready(ReadTask task) {
        gate.ready(task);
    }

    boolean offer(ReadTask task) {
        return agents.get((int) Long.remainderUnsigned(task.region, agents.size()))
                .inbox()
                .offer(task);
    }

    /** Calls {@code passed} once no read that began before is still looking at the engine. Reads that begin later see the table as it is now. */
    public void fence(Runnable passed) {
        AtomicInteger left = new AtomicInteger(agents.size());
        for (ReadAgent agent : agents) {
            agent.fence(() -> {
                if (left.decrementAndGet() == 0) {
                    passed.run();
                }
            });
        }
    }

    @Override
    public void close() {
        handles.forEach(AgentHandle::close);
    }
}
