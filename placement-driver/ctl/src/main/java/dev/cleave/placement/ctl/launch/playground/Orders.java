package dev.cleave.placement.ctl.launch.playground;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What keys and other terminals want of a playground that is being watched; its own thread carries it out, one after the other. */
final class Orders {
    /** The kinds of orders. */
    enum Kind {
        STATUS,
        KILL,
        /** Kill some store, or start the one that was killed. */
        KILL_ANY,
        START,
        ADD_STORE,
        REDRAW,
        QUIT
    }

    /**
     * One order.
     *
     * @param store its number, 0 if it is about none
     * @param answer what came of it, in words; fails with a {@link dev.cleave.placement.ctl.command.CommandFailure}
     */
    record Order(Kind kind, int store, CompletableFuture<String> answer) {}

    private static final int WAITING_MAX = 16;

    private final BlockingQueue<Order> queue = new LinkedBlockingQueue<>(WAITING_MAX);
    private volatile boolean isOpen;

    /** From now on orders are taken: somebody carries them out. */
    void open() {
        isOpen = true;
    }

    /** Whether it was taken; its answer comes later. */
    boolean give(Order order) {
        return isOpen && queue.offer(order);
    }

    /** The next one, waited for at most so long; null if there is none. */
    @Nullable
    Order next(Duration wait) throws InterruptedException {
        return queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    }
}
