package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How the story waits for what the workload does. */
final class Await {
    private Await() {}

    /** The result; a failure that says what should have happened if it does not come in time. */
    static <T> T result(String what, CompletableFuture<T> future, Duration limit) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new CommandFailure(ExitCode.FAILED, what + ": no, " + failed.getCause());
        } catch (TimeoutException late) {
            throw new CommandFailure(ExitCode.FAILED, "after " + limit.toSeconds() + " s still not so: " + what);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }
}
