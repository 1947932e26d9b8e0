package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.LoopThread;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Links between addresses. Implemented by Netty, by an in-memory twin for tests, and by the simulator. */
@AnyThread
public interface Network extends AutoCloseable {
    /**
     * Accepts links at {@code at} (port 0: any free one). {@code self} is asked at each handshake.
     *
     * @throws WireException if the address cannot be bound; the message says which and why
     */
    Endpoint listen(Address at, Supplier<Hello> self, LinkListener listener);

    /**
     * Starts connecting and returns at once; the listener hears {@code onOpen} or {@code onClose}. One attempt: whoever wants a
     * link again connects again.
     */
    Link connect(Address to, Supplier<Hello> self, LinkListener listener);

    /** The event loop that is calling, if this is called on one. */
    default @Nullable LoopThread here() {
        return null;
    }

    @Override
    void close();

    /** A place where links are accepted. */
    interface Endpoint extends AutoCloseable {
        Address address();

        /** Stops accepting and closes all accepted links. */
        @Override
        void close();
    }
}
