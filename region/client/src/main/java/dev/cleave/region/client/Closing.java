package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a client and what was made for it. Shared by all its faces and views. */
@AnyThread
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
    private static final long GRACE_SECONDS = 5;

    private final ClientCore core;
    private final boolean ownsLoop;
    private final Runnable releaseResources;
    private final AtomicBoolean hasBegun = new AtomicBoolean();

    /**
     * @param ownsLoop whether {@link #close} may wait for the loop; an embedder's loop may be the caller's own thread
     * @param releaseResources closes network and threads that were made for this client
     */
    Closing(ClientCore core, boolean ownsLoop, Runnable releaseResources) {
        this.core = core;
        this.ownsLoop = ownsLoop;
        this.releaseResources = releaseResources;
    }

    /** Begins closing; the future ends when the calls in flight have ended and all links are closed. */
    CompletableFuture<Void> begin() {
        return core.close();
    }

    void close() {
        CompletableFuture<Void> drained = core.close();
        if (!ownsLoop || !hasBegun.compareAndSet(false, true)) {
            return;
        }
        try {
            drained.get(core.config().drainLimit().toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException stuck) {
            LOG.warn("client closed without its loop's answer", stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            releaseResources.run();
        }
    }
}
