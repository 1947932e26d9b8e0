package dev.cleave.region.store;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.EngineFailure;
import dev.cleave.region.store.report.DiskUse;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/** The space of the file system that holds a data directory. */
@AnyThread
final class FileSystemUse implements DiskUse {
    private final Path directory;
    private final LongSupplier usedBytes;

    FileSystemUse(Path directory, LongSupplier usedBytes) {
        this.directory = directory;
        this.usedBytes = usedBytes;
    }

    @Override
    public Space space() {
        try {
            FileStore files = Files.getFileStore(directory);
            return new Space(files.getTotalSpace(), files.getUsableSpace(), usedBytes.getAsLong());
        } catch (IOException failed) {
            throw new EngineFailure("cannot ask for the space of " + directory, failed);
        }
    }
}
