package dev.cleave.placement.server;

import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.codec.RecordCodec;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogProposal;
import dev.cleave.placement.server.catalog.CatalogRecords;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.catalog.CatalogStateMachine;
import dev.cleave.region.replica.ReplicaHost;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands through the log and brings their outcomes back to the placement agent. At most as many are open as the lane for outcomes
 * holds, so that no outcome is ever lost.
 */
@OwnedBy("placement agent")
final class Proposals {
    private final Clock clock;
    private final long deadlineNanos;
    private final int openMax;
    private final Inbox<Runnable> outcomes;
    private final RecordCodec codec = CatalogRecords.codec();
    private @Nullable ReplicaHost host;
    private int open;

    /** Hears one outcome, on the placement agent. */
    interface Outcome {
        void applied(CatalogResult result);

        /** The command was not applied, or nobody knows. */
        void failed(String why);
    }

    Proposals(Clock clock, Duration deadline, int openMax, Inbox<Runnable> outcomes) {
        this.clock = clock;
        this.deadlineNanos = deadline.toNanos();
        this.openMax = openMax;
        this.outcomes = outcomes;
    }

    void through(ReplicaHost replicas) {
        host = replicas;
    }

    void propose(CatalogCommand command, Outcome outcome) {
        ReplicaHost replicas = host;
        if (replicas == null || open >= openMax) {
            outcome.failed("the placement driver is busy; try again");
            return;
        }
        CatalogProposal proposal =
                new CatalogProposal(codec.encode(command), clock.nanos() + deadlineNanos, new CatalogProposal.Sink() {
                    @Override
                    public void applied(CatalogResult result) {
                        outcomes.offer(() -> close(() -> outcome.applied(result)));
                    }

                    @Override
                    public void failed(boolean isCertain, String why) {
                        String certainty = isCertain ? "not done" : "it may or may not have been done";
                        outcomes.offer(
                                () -> close(() -> outcome.failed(certainty + " (" + why + "); look, then try again")));
                    }
                });
        open++;
        if (!replicas.propose(CatalogStateMachine.GROUP, proposal)) {
            open--;
            outcome.failed("the placement driver is busy; try again");
        }
    }

    private void close(Runnable told) {
        open--;
        told.run();
    }
}
