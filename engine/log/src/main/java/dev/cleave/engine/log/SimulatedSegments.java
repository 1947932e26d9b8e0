package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Segments on a {@link SimulatedDisk}, for simulators and tests. Dead after a power cut: open new ones then. */
public final class SimulatedSegments implements Segments {
    private final SimulatedDisk disk;
    private final LogOptions options;
    private final int powerCuts;
    private boolean hasRolled;
    private int highest;
    private int end;
    private int forcedEnd;

    public SimulatedSegments(SimulatedDisk disk, LogOptions options) {
        this.disk = disk;
        this.options = options;
        powerCuts = disk.powerCuts();
        int[] found = disk.segments();
        highest = found.length == 0 ? 0 : found[found.length - 1];
    }

    @Override
    public int[] list() {
        return alive().segments();
    }

    @Override
    public int oldest() {
        return alive().oldest();
    }

    @Override
    public long bytes(int segment) {
        return alive().bytes(segment);
    }

    @Override
    public int read(int segment, long offset, ByteBuffer into) {
        return alive().read(segment, offset, into);
    }

    @Override
    public boolean reserveNext() {
        return alive().reserve(options.segmentBytes());
    }

    @Override
    public int roll() {
        if (hasRolled) {
            alive().force(highest);
        }
        hasRolled = true;
        highest++;
        alive().create(highest, options.segmentBytes());
        alive().forceNames();
        end = 0;
        forcedEnd = 0;
        return highest;
    }

    @Override
    public int append(ByteBuffer record) {
        Invariant.check(record.remaining() <= remainingBytes(), "the record fits its segment", record.remaining());
        int offset = end;
        end += record.remaining();
        alive().write(highest, offset, record);
        return offset;
    }

    @Override
    public int remainingBytes() {
        return hasRolled ? options.rollBytes() - end : 0;
    }

    @Override
    public void force() {
        if (hasRolled) {
            alive().force(highest);
            forcedEnd = end;
            return;
        }
        int[] found = disk.segments();
        if (found.length > 0) {
            alive().force(found[found.length - 1]);
        }
        alive().forceNames();
    }

    @Override
    public boolean isForced(int segment, int endOffset) {
        return segment < highest || endOffset <= forcedEnd;
    }

    @Override
    public void discardNewest() {
        Invariant.check(!hasRolled, "only a segment found is discarded");
        int[] found = disk.segments();
        alive().delete(found[found.length - 1]);
        alive().forceNames();
    }

    @Override
    public void trimNewest(long from) {
        alive().giveBack(highest);
    }

    @Override
    public void deleteOldest() {
        Invariant.check(oldest() < highest, "the current segment is not deleted", highest);
        alive().delete(oldest());
        alive().forceNames();
    }

    @Override
    public @Nullable ByteBuffer summary(int segment) {
        return alive().summary(segment);
    }

    @Override
    public void keepSummary(int segment, ByteBuffer bytes) {
        alive().keepSummary(segment, bytes);
    }

    @Override
    public void dropSummary(int segment) {
        alive().dropSummary(segment);
    }

    @Override
    public long bytesOnDisk() {
        return alive().usedBytes();
    }

    @Override
    public long usableBytes() {
        return alive().usableBytes();
    }

    @Override
    public void close() {
        // What is not forced stays in the disk's cache, as with a process that ends.
        if (hasRolled && disk.powerCuts() == powerCuts) {
            disk.giveBack(highest);
        }
    }

    private SimulatedDisk alive() {
        Invariant.check(disk.powerCuts() == powerCuts, "nobody uses a disk from before the power cut");
        return disk;
    }
}
