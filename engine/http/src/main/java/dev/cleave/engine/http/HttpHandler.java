package dev.cleave.engine.http;

/**
 * Answers one kind of request. Called on the server's thread, so it must not block: it may answer later, from any thread. What it
 * throws becomes an answer: a {@link HttpProblem} its own status, anything else a logged 500.
 */
@FunctionalInterface
public interface HttpHandler {
    void handle(HttpExchange exchange);
}
