package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.launch.process.ServerProcess;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import java.util.function.Supplier;

/** The life of a server's main thread: start, wait for the wish to stop, stop in order. */
final class ServerRun {
    private ServerRun() {}

    static int untilStopped(Supplier<? extends ServerProcess> start, StopSignal stop) throws InterruptedException {
        int code = ExitCode.FAILED;
        try {
            ServerProcess server = start.get();
            try {
                stop.await();
            } finally {
                server.close();
            }
            code = ExitCode.OK;
            return code;
        } finally {
            stop.stopped(code);
        }
    }
}
