package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.log.DiskFailure;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What goes wrong when a server starts, in one line. */
final class Starting {
    private Starting() {}

    /** Runs {@code start}; failures that our rooms have put into words become the command's message. */
    static <T> T explained(Supplier<T> start) {
        try {
            return start.get();
        } catch (CommandFailure known) {
            throw known;
        } catch (DiskFailure broken) {
            throw failure(ExitCode.DISK_FAILED, broken.getMessage() + "; look at the disk", broken);
        } catch (UncheckedIOException broken) {
            throw failure(ExitCode.FAILED, reason(broken), broken);
        } catch (RuntimeException failed) {
            if (failed.getClass().getName().startsWith("dev.cleave.")) {
                throw failure(ExitCode.FAILED, reason(failed), failed);
            }
            throw failed;
        }
    }

    /** Refuses what is no directory or may not be used as one, before anything is opened in it. */
    static void checkDirectory(Path data) {
        if (Files.exists(data) && !Files.isDirectory(data)) {
            throw new CommandFailure(ExitCode.FAILED, "--data " + data + " is not a directory; name another");
        }
        Path existing = data.toAbsolutePath();
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw new CommandFailure(
                    ExitCode.FAILED, "--data " + data + " cannot be made: " + existing + " is not a directory");
        }
        boolean mayRead = existing.equals(data.toAbsolutePath()) ? Files.isReadable(existing) : true;
        if (!mayRead || !Files.isWritable(existing)) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "--data " + data + " cannot be used: no permission for " + existing + "; check its owner and mode");
        }
    }

    private static CommandFailure failure(int code, String message, Throwable cause) {
        CommandFailure failure = new CommandFailure(code, message);
        failure.initCause(cause);
        return failure;
    }

    private static String reason(Throwable failed) {
        String message = String.valueOf(failed.getMessage());
        Throwable cause = failed.getCause();
        if (cause instanceof FileSystemException file && !message.contains(String.valueOf(file.getMessage()))) {
            return message + ": " + file.getMessage();
        }
        return message;
    }
}
