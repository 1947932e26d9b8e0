package dev.cleave.placement.ctl.command;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that talks to a cluster. */
public abstract class AdminCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public final Integer call() {
        try (Session session = new Session(cluster)) {
            return run(session);
        }
    }

    /** Does the work and returns an {@link ExitCode}. */
    protected abstract int run(Session session);

    protected final boolean isJson() {
        return cluster.isJson();
    }

    protected final ClusterOptions cluster() {
        return cluster;
    }

    /** One line of the answer. */
    protected final void print(Object line) {
        out().println(line);
        out().flush();
    }

    /** Text as it is. */
    protected final void printRaw(String text) {
        out().print(text);
        out().flush();
    }

    /** Bytes as they are, and a line end; through the text writer if they are text. */
    protected final void printBytes(byte[] bytes) {
        try {
            print(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)));
        } catch (CharacterCodingException notText) {
            out().flush();
            System.out.write(bytes, 0, bytes.length);
            System.out.println();
            System.out.flush();
        }
    }

    /** Notes and progress: never on stdout. */
    protected final void note(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
