package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every export has: where the next step begins, when a file is full, and which files are complete. Owned by the exporting thread. */
abstract class SteppedExport implements RangeFiles.Export {
    private final String prefix;
    private final long fileBytesMax;
    private final List<RangeFiles.Info> done = new ArrayList<>();
    private @Nullable KeyRange rest;
    private long fileBytes;
    private long keys;

    SteppedExport(KeyRange range, String prefix, long fileBytesMax) {
        if (fileBytesMax <= 0) {
            throw new IllegalArgumentException("fileBytesMax is " + fileBytesMax + "; it must be positive");
        }
        this.prefix = FileNames.check(prefix);
        this.fileBytesMax = fileBytesMax;
        rest = range;
    }

    /** Visits the pairs of {@code range} in ascending order. */
    abstract void scan(KeyRange range, KvSnapshot.Visitor visitor);

    /** Adds a pair to the file {@code name}, which begins with it if none is open. */
    abstract void put(String name, byte[] key, byte[] value);

    /** Completes the open file, which holds {@code count} keys. */
    abstract RangeFiles.Info complete(String name, long count);

    /** Makes the names of all files durable. */
    abstract void force();

    @Override
    public final boolean write(long bytesMax) {
        KeyRange from = rest;
        if (from == null) {
            return false;
        }
        Step step = new Step(bytesMax);
        scan(from, step);
        rest = step.isFull() ? KeyBounds.after(from, step.last) : null;
        if (rest == null) {
            completeFile();
            force();
        }
        return rest != null;
    }

    @Override
    public final List<RangeFiles.Info> files() {
        if (rest != null) {
            throw new IllegalStateException("the export is not over: go on writing");
        }
        return List.copyOf(done);
    }

    final String name() {
        return prefix + "-" + done.size();
    }

    private void completeFile() {
        if (keys > 0) {
            done.add(complete(name(), keys));
            fileBytes = 0;
            keys = 0;
        }
    }

    /** Adds pairs until it has added so many bytes. */
    private final class Step implements KvSnapshot.Visitor {
        private long left;
        private byte[] last = {};

        Step(long bytesMax) {
            left = Math.max(1, bytesMax);
        }

        boolean isFull() {
            return left <= 0;
        }

        @Override
        public boolean visit(byte[] key, byte[] value) {
            long bytes = (long) key.length + value.length;
            if (keys > 0 && fileBytes + bytes > fileBytesMax) {
                completeFile();
            }
            put(name(), key, value);
            fileBytes += bytes;
            keys++;
            left -= bytes;
            last = key;
            return !isFull();
        }
    }
}
