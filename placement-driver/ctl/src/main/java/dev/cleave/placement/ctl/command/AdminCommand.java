package dev.cleave.placement.ctl.command;

import picocli.CommandLine.Mixin;

/** A command that talks to a cluster. */
public abstract class AdminCommand extends AnsweringCommand {
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public final Integer call() {
        check();
        try (Session session = new Session(cluster)) {
            return run(session);
        }
    }

    /** Refuses wrong arguments before anything is asked. */
    void check() {}

    /** Does the work and returns an {@link ExitCode}. */
    protected abstract int run(Session session);

    protected final ClusterOptions cluster() {
        return cluster;
    }
}
