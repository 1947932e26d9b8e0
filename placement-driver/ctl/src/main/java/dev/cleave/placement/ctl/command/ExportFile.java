package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of an export: {@code FILE.part} while it grows, with {@code FILE.part.at} beside it that tells up to which length and key it is whole;
 * FILE once it is finished. Or standard output, which has none of that.
 */
final class ExportFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final @Nullable Path file;
    private final OutputStream out;
    private final Optional<Key> lastKey;
    private long length;

    private ExportFile(@Nullable Path file, OutputStream to, Optional<Key> lastKey, long length) {
        this.file = file;
        this.lastKey = lastKey;
        this.length = length;
        this.out = new BufferedOutputStream(
                new FilterOutputStream(to) {
                    @Override
                    public void write(byte[] bytes, int offset, int count) throws IOException {
                        to.write(bytes, offset, count);
                        ExportFile.this.length += count;
                    }
                },
                BUFFER_BYTES);
    }

    static ExportFile open(String name, boolean isResumed) throws IOException {
        if (name.equals("-")) {
            return new ExportFile(null, System.out, Optional.empty(), 0);
        }
        Path file = Path.of(name);
        if (Files.isDirectory(file)) {
            throw new CommandFailure(ExitCode.FAILED, name + " is a directory; name a file, or - for standard output");
        }
        Path part = part(file);
        List<String> at =
                isResumed && Files.exists(part) && Files.exists(at(file)) ? Files.readAllLines(at(file)) : List.of();
        if (at.size() == 2 && Files.size(part) >= Long.parseLong(at.get(0))) {
            long length = Long.parseLong(at.get(0));
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
            Key last = Key.own(KeyText.parse("hex:" + at.get(1)));
            return new ExportFile(
                    file, Files.newOutputStream(part, StandardOpenOption.APPEND), Optional.of(last), length);
        }
        return new ExportFile(file, Files.newOutputStream(part), Optional.empty(), 0);
    }

    private static Path part(Path file) {
        return Path.of(file + ".part");
    }

    private static Path at(Path file) {
        return Path.of(file + ".part.at");
    }

    OutputStream out() {
        return out;
    }

    /** The key behind which to go on. */
    Optional<Key> lastKey() {
        return lastKey;
    }

    /** Everything up to {@code key} has been written. */
    void keep(Key key) throws IOException {
        out.flush();
        if (file != null) {
            Files.writeString(at(file), length + "\n" + KeyText.hex(key.bytes()) + "\n");
        }
    }

    /** Gives it its name. */
    void finish() throws IOException {
        out.flush();
        if (file != null) {
            out.close();
            Files.move(part(file), file, StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(at(file));
        }
    }

    @Override
    public void close() throws IOException {
        if (file == null) {
            out.flush();
        } else {
            out.close();
        }
    }
}
