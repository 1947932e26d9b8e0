package dev.cleave.engine.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A listener that keeps what it hears, in order, for a test to ask. */
final class Recorder implements LinkListener {
    record Event(String what, Link link, Hello hello, ByteBuffer frame, String reason) {
        @Override
        public String toString() {
            return what + (reason == null ? "" : "(" + reason + ")");
        }
    }

    final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Runnable driver;
    private volatile Consumer<Event> also = event -> {};

    /** @param driver lets a network that has no threads of its own do its work */
    Recorder(Runnable driver) {
        this.driver = driver;
    }

    Recorder also(Consumer<Event> reaction) {
        also = reaction;
        return this;
    }

    @Override
    public void onOpen(Link link, Hello peer) {
        record(new Event("open", link, peer, null, null));
    }

    @Override
    public void onFrame(Link link, ByteBuffer frame) {
        if (frame.order() != ByteOrder.LITTLE_ENDIAN || frame.position() != 0 || !frame.hasArray()) {
            throw new AssertionError("not a fresh little-endian heap buffer: " + frame);
        }
        record(new Event("frame", link, null, frame, null));
    }

    @Override
    public void onClose(Link link, String reason) {
        record(new Event("close", link, null, null, reason));
    }

    /** The next event, which must be of this kind and come within ten seconds. */
    Event next(String what) {
        driver.run();
        try {
            Event event = events.poll(10, TimeUnit.SECONDS);
            if (event == null || !event.what.equals(what)) {
                throw new AssertionError("expected " + what + " but heard " + event);
            }
            return event;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Whether nothing is heard for a little while. */
    boolean hearsNothing() {
        driver.run();
        try {
            return events.poll(50, TimeUnit.MILLISECONDS) == null;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private void record(Event event) {
        events.add(event);
        also.accept(event);
    }
}
