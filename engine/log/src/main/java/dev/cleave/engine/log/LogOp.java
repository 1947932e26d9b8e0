package dev.cleave.engine.log;

/** What may wait in the log agent's inbox. */
sealed interface LogOp permits LogWrite, LogRead {
    /** Tells whoever asked; called once, on the log agent, after the force that covers everything asked for before. */
    void complete();
}
