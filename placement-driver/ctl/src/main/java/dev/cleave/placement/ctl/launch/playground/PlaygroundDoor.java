package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.nio.file.Path;

/** Where another terminal finds a playground. */
public final class PlaygroundDoor {
    private PlaygroundDoor() {}

    /** The port at which the playground of {@code data} takes orders while it runs. */
    public static int port(Path data) {
        return Ports.of(data)
                .map(Ports::control)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.NOT_FOUND,
                        "there is no playground in " + data
                                + "\n  Start one: cleave playground        Another directory: --data"));
    }
}
