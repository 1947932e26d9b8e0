package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Segments that note in which order they are used: {@code append}, {@code force}, {@code roll}, {@code delete}. */
final class EventfulSegments implements Segments {
    private final Segments segments;
    final List<String> events = new ArrayList<>();

    EventfulSegments(Segments segments) {
        this.segments = segments;
    }

    /** What has happened since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
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
        return segments.read(segment, offset, into);
    }

    @Override
    public boolean reserveNext() {
        return segments.reserveNext();
    }

    @Override
    public int roll() {
        events.add("roll");
        return segments.roll();
    }

    @Override
    public int append(ByteBuffer record) {
        events.add("append");
        return segments.append(record);
    }

    @Override
    public int remainingBytes() {
        return segments.remainingBytes();
    }

    @Override
    public void force() {
        events.add("force");
        segments.force();
    }

    @Override
    public boolean isForced(int segment, int endOffset) {
        return segments.isForced(segment, endOffset);
    }

    @Override
    public void discardNewest() {
        segments.discardNewest();
    }

    @Override
    public void trimNewest(long from) {
        segments.trimNewest(from);
    }

    @Override
    public void deleteOldest() {
        events.add("delete " + segments.oldest());
        segments.deleteOldest();
    }

    @Override
    public @Nullable ByteBuffer summary(int segment) {
        return segments.summary(segment);
    }

    @Override
    public void keepSummary(int segment, ByteBuffer bytes) {
        events.add("sum up");
        segments.keepSummary(segment, bytes);
    }

    @Override
    public void dropSummary(int segment) {
        events.add("drop summary");
        segments.dropSummary(segment);
    }

    @Override
    public long bytesOnDisk() {
        return segments.bytesOnDisk();
    }

    @Override
    public long usableBytes() {
        return segments.usableBytes();
    }

    @Override
    public void close() {
        segments.close();
    }
}
