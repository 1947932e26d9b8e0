package dev.cleave.region.control;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries what happens on links from the network's thread to the stub's owner. Bounded: a link whose frames do not fit is closed, since a
 * lost command is repeated and a lost answer times out.
 */
@AnyThread
final class LinkEvents implements LinkListener {
    /** Room for openings and closings, of which each link has one. */
    private static final int RESERVE = 256;

    private final ArrayBlockingQueue<Event> queue;
    private final Runnable wake;

    LinkEvents(int framesMax, Runnable wake) {
        this.queue = new ArrayBlockingQueue<>(framesMax + RESERVE);
        this.wake = wake;
    }

    /** Owner only. */
    int drain(Consumer<Event> consumer) {
        int count = 0;
        for (Event event = queue.poll(); event != null; event = queue.poll()) {
            consumer.accept(event);
            count++;
        }
        return count;
    }

    @Override
    public void onOpen(Link link, Hello peer) {
        offer(new Event(Kind.OPENED, link, peer, Event.NOTHING, ""), link);
    }

    @Override
    public void onFrame(Link link, ByteBuffer frame) {
        if (queue.remainingCapacity() <= RESERVE) {
            link.close();
            return;
        }
        offer(new Event(Kind.FRAME, link, null, frame, ""), link);
    }

    @Override
    public void onClose(Link link, String reason) {
        offer(new Event(Kind.CLOSED, link, null, Event.NOTHING, reason), link);
    }

    private void offer(Event event, Link link) {
        if (!queue.offer(event)) {
            link.close();
        }
        wake.run();
    }

    enum Kind {
        OPENED,
        FRAME,
        CLOSED
    }

    record Event(Kind kind, Link link, @Nullable Hello peer, ByteBuffer frame, String reason) {
        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    }
}
