package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;
import java.util.function.Consumer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded mailbox of an agent: many may {@link #offer}, the owner alone drains. Full means {@code false}, at once; the caller
 * says {@code Busy} or drops what the protocol repeats.
 */
public final class Inbox<T> {
    private final ManyToOneConcurrentArrayQueue<T> queue;
    private volatile @Nullable AgentHandle owner;

    public Inbox(int itemsMax) {
        queue = new ManyToOneConcurrentArrayQueue<>(itemsMax);
    }

    /** Tells whom to wake; called once, right after the owner has been started. */
    public void ownedBy(AgentHandle handle) {
        owner = handle;
        handle.wake();
    }

    @AnyThread
    public boolean offer(T item) {
        boolean taken = queue.offer(item);
        if (taken) {
            wake();
        }
        return taken;
    }

    /** Wakes the owner without leaving anything. */
    @AnyThread
    public void wake() {
        AgentHandle handle = owner;
        if (handle != null) {
            handle.wake();
        }
    }

    /** Hands at most {@code itemsMax} items to {@code consumer}, oldest first. Owner only. */
    public int drain(Consumer<? super T> consumer, int itemsMax) {
        return queue.drain(consumer::accept, itemsMax);
    }

    public @Nullable T poll() {
        return queue.poll();
    }

    @AnyThread
    public int size() {
        return queue.size();
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }
}
