package dev.cleave.placement.ctl.command;

import dev.cleave.engine.wire.Address;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that talks to a cluster. */
public final class ClusterOptions {
    static final String PD_DEFAULT = "127.0.0.1:2379";

    @Option(
            names = "--pd",
            paramLabel = "HOST:PORT[,...]",
            description = "Placement driver addresses; also CLEAVE_PD. Default: " + PD_DEFAULT)
    private @Nullable String pd;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long to wait. Default: 5",
            converter = Seconds.class)
    private double timeoutSeconds = 5;

    List<Address> addresses() {
        String text = pd != null ? pd : System.getenv().getOrDefault("CLEAVE_PD", PD_DEFAULT);
        try {
            return Address.parseList(text);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.USAGE, "--pd: " + wrong.getMessage());
        }
    }

    Duration timeout() {
        if (!(timeoutSeconds > 0 && timeoutSeconds <= 3600)) {
            throw new CommandFailure(ExitCode.USAGE, "--timeout: more than 0 and at most 3600 seconds");
        }
        return Duration.ofMillis((long) (timeoutSeconds * 1000));
    }
}
