package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The note beside an engine's tables that one of them was found damaged, in the words of who found it. {@link Salvage} looks for it. */
@AnyThread
final class Suspicion {
    private static final String NAME = "suspect";

    private final Path note;

    Suspicion(Path directory) {
        note = directory.resolve(NAME);
    }

    boolean isNoted() {
        return Files.exists(note);
    }

    /** The failure to throw for {@code failed}; notes it first if it tells of damage. */
    EngineFailure failure(String message, RocksDBException failed) {
        Status status = failed.getStatus();
        boolean isDamage = status != null && status.getCode() == Status.Code.Corruption;
        EngineFailure failure = new EngineFailure(message, failed, isDamage);
        if (isDamage) {
            try {
                Files.writeString(note, message);
            } catch (IOException unwritten) {
                // Whoever meets the damage after the next start notes it then.
                failure.addSuppressed(unwritten);
            }
        }
        return failure;
    }

    void clear() throws IOException {
        Files.deleteIfExists(note);
    }
}
