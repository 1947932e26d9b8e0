package dev.cleave.engine.agents;

/** Is told once about each agent that failed; in a server it ends the process. Called on the thread of the failed agent. */
@FunctionalInterface
public interface FailureListener {
    void failed(String role, Throwable cause);
}
