package dev.cleave.engine.http;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The body of an answer that leaves in parts: no more of it than one part is in memory. */
@FunctionalInterface
public interface HttpParts {
    /**
     * The next part; empty at the end. Asked for when the client has taken the part before, never two at a time; must not block. The bytes belong to
     * the server from then on. A future that fails, or takes longer than the server's answer deadline, breaks the answer off: the connection is
     * closed, and the client sees that the end is missing.
     */
    CompletableFuture<Optional<byte[]>> next();
}
