package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.base.AnyThread;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The steps of replicas' lives that the storage agent has to take, oldest first. Never full and never lossy: each step is what makes the next one due,
 * and a replica has at most two stories under way (its installation and its end), so the bound is twice the number of replicas.
 */
@AnyThread
public final class DueSteps {
    private final ArrayDeque<Runnable> due = new ArrayDeque<>();
    private @Nullable AgentHandle owner;

    public synchronized void ownedBy(AgentHandle handle) {
        owner = handle;
        handle.wake();
    }

    public synchronized void put(Runnable step) {
        due.addLast(step);
        if (owner != null) {
            owner.wake();
        }
    }

    /** Takes the step that has waited longest. */
    public synchronized @Nullable Runnable poll() {
        return due.pollFirst();
    }
}
