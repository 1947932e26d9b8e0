package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Segments that fail once and for all: what their disk throws becomes a {@link DiskFailure}, and from then on nothing but closing reaches them. After a
 * failed force the kernel may report success for pages that it has dropped, so a second try would prove nothing.
 */
final class GuardedSegments implements Segments {
    private final Segments segments;
    private @Nullable Throwable failure;

    GuardedSegments(Segments segments) {
        this.segments = segments;
    }

    @Override
    public int[] list() {
        return segments.list();
    }

    @Override
    public int oldest() {
        return segments.oldest();
    }

    @Override
    public long bytes(int segment) {
        return segments.bytes(segment);
    }

    @Override
    public int read(int segment, long offset, ByteBuffer into) {
        return guarded("read", () -> segments.read(segment, offset, into));
    }

    @Override
    public boolean reserveNext() {
        return guarded("reserve space for", () -> segments.reserveNext() ? 1 : 0) == 1;
    }

    @Override
    public int roll() {
        return guarded("begin a segment of", segments::roll);
    }

    @Override
    public int append(ByteBuffer record) {
        return guarded("append to", () -> segments.append(record));
    }

    @Override
    public int remainingBytes() {
        return segments.remainingBytes();
    }

    @Override
    public void force() {
        guarded("force", () -> {
            segments.force();
            return 0;
        });
    }

    @Override
    public boolean isForced(int segment, int endOffset) {
        return segments.isForced(segment, endOffset);
    }

    @Override
    public void discardNewest() {
        guarded("drop a segment of", () -> {
            segments.discardNewest();
            return 0;
        });
    }

    @Override
    public void trimNewest(long from) {
        guarded("give back space of", () -> {
            segments.trimNewest(from);
            return 0;
        });
    }

    @Override
    public void deleteOldest() {
        guarded("delete from", () -> {
            segments.deleteOldest();
            return 0;
        });
    }

    @Override
    public @Nullable ByteBuffer summary(int segment) {
        ByteBuffer[] found = new ByteBuffer[1];
        guarded("read a summary of", () -> {
            found[0] = segments.summary(segment);
            return 0;
        });
        return found[0];
    }

    @Override
    public void keepSummary(int segment, ByteBuffer bytes) {
        guarded("sum up a segment of", () -> {
            segments.keepSummary(segment, bytes);
            return 0;
        });
    }

    @Override
    public void dropSummary(int segment) {
        guarded("drop a summary of", () -> {
            segments.dropSummary(segment);
            return 0;
        });
    }

    @Override
    public long bytesOnDisk() {
        return segments.bytesOnDisk();
    }

    @Override
    public long usableBytes() {
        return segments.usableBytes();
    }

    /** A store into a mapping without a disk below is an {@link InternalError}; a broken promise of our own stays what it is. */
    private int guarded(String step, IntSupplier work) {
        if (failure != null) {
            throw new DiskFailure("cannot " + step + " the log: it has failed before (" + failure.getMessage() + ")");
        }
        try {
            return work.getAsInt();
        } catch (RuntimeException | InternalError failed) {
            failure = failed;
            throw new DiskFailure(step, failed);
        } catch (Error failed) {
            failure = failed;
            throw failed;
        }
    }

    @Override
    public void close() {
        segments.close();
    }
}
