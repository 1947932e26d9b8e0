package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Randomness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that behaves as badly as real ones may: what is not forced survives a power cut as a prefix, as a random choice of
 * 512-byte sectors, wholly, or not at all, and so do names that appeared or vanished. All chance comes from one seed. One thread.
 */
public final class SimulatedDisk {
    private final Randomness randomness;
    /** What programs see, and what a power cut leaves of the names. */
    private TreeMap<Integer, SimulatedFile> visible = new TreeMap<>();

    private TreeMap<Integer, SimulatedFile> durable = new TreeMap<>();
    /** What is kept beside segments: never forced, so any part of it may survive a power cut. */
    private final TreeMap<Integer, SimulatedFile> summaries = new TreeMap<>();

    private long capacityBytes = Long.MAX_VALUE;
    /** Allocated for the next file. */
    private long reservedBytes;

    private boolean isWriteFailing;
    private long operationsLeft = Long.MAX_VALUE;
    private boolean isForceFailing;
    private int powerCuts;
    /** Up to where the newest force reached that had something to do, and the one before it. */
    private Place forcedEnd = new Place(0, 0);

    private Place forcedBefore = forcedEnd;

    private record Place(int segment, long end) {}

    public SimulatedDisk(Randomness randomness) {
        this.randomness = randomness;
    }

    /** Takes the power away: unforced bytes and names are lost in part, and whatever was open on this disk is dead. */
    public void crash() {
        powerCuts++;
        heal();
        TreeMap<Integer, SimulatedFile> left = new TreeMap<>(durable);
        visible.forEach((number, file) -> {
            if (!durable.containsKey(number) && randomness.below(2) == 0) {
                left.put(number, file);
            }
        });
        durable.keySet().forEach(number -> {
            if (!visible.containsKey(number) && randomness.below(2) == 0) {
                left.remove(number);
            }
        });
        left.values().forEach(file -> file.crash(randomness));
        summaries.values().removeIf(file -> {
            file.crash(randomness);
            return randomness.below(3) == 0;
        });
        summaries.keySet().retainAll(left.keySet());
        visible = left;
        durable = new TreeMap<>(left);
    }

    /** Lets the power fail in the midst of the {@code operations}-th write, force or change of name from now: {@link PowerCut}. */
    public void crashAfter(long operations) {
        operationsLeft = operations;
    }

    /** Makes the next force fail, and all after it. */
    public void failForces() {
        isForceFailing = true;
    }

    /** Makes the next write fail, and all after it. */
    public void failWrites() {
        isWriteFailing = true;
    }

    /** Takes back {@link #crashAfter}, {@link #failForces} and {@link #failWrites} where they have not come true yet. */
    public void heal() {
        operationsLeft = Long.MAX_VALUE;
        isForceFailing = false;
        isWriteFailing = false;
    }

    /**
     * Leaves {@code bytes} to the files, with what is reserved for them; the rest is taken by others. May be less than they hold, for a while: then the
     * disk is full.
     */
    public void limit(long bytes) {
        capacityBytes = bytes;
    }

    /** Takes all free space away, until {@link #limit} says otherwise. */
    public void fill() {
        capacityBytes = usedBytes();
    }

    public long usableBytes() {
        return capacityBytes == Long.MAX_VALUE ? 1L << 40 : Math.max(0, capacityBytes - usedBytes());
    }

    /** Turns one bit around, on the platter as well as in the cache. */
    public void flipBit(int segment, long offset, int bit) {
        file(segment).flipBit(Math.toIntExact(offset), bit);
    }

    /**
     * Turns around one bit by chance, where damage can be told from a torn tail: below what the newest forced record knows to have been forced. Half the time in
     * one of the two newest segments. False if there is nothing yet that may turn.
     */
    public boolean rot(Randomness chance) {
        int[] numbers = visible.headMap(forcedBefore.segment, true).keySet().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        if (numbers.length == 0) {
            return false;
        }
        int among = chance.below(2) == 0 ? Math.min(2, numbers.length) : numbers.length;
        int segment = numbers[numbers.length - 1 - (int) chance.below(among)];
        long end = segment == forcedBefore.segment ? forcedBefore.end : bytes(segment);
        if (end == 0) {
            return false;
        }
        flipBit(segment, chance.below(end), (int) chance.below(8));
        return true;
    }

    /** Overwrites bytes with zeros, on the platter as well as in the cache. */
    public void zero(int segment, long offset, int bytes) {
        file(segment).zero(Math.toIntExact(offset), bytes);
    }

    /** Whether anything written or named is not forced yet: nothing may be acknowledged that depends on it. */
    public boolean hasUnforced() {
        return !visible.equals(durable) || visible.values().stream().anyMatch(SimulatedFile::hasUnforced);
    }

    /** The numbers of the segments, ascending. */
    public int[] segments() {
        return visible.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    int oldest() {
        return visible.firstKey();
    }

    public long bytes(int segment) {
        return file(segment).size();
    }

    int powerCuts() {
        return powerCuts;
    }

    /** Allocates {@code bytes} for the next file; false if there are not as many. */
    boolean reserve(long bytes) {
        if (reservedBytes == bytes) {
            return true;
        }
        if (usableBytes() < bytes) {
            return false;
        }
        reservedBytes = bytes;
        return true;
    }

    /** Creates a file with {@code bytes} allocated: those reserved, if they are. */
    void create(int segment, long bytes) {
        mayFail();
        if (!reserve(bytes)) {
            throw noSpace();
        }
        reservedBytes = 0;
        Invariant.check(visible.put(segment, new SimulatedFile(bytes)) == null, "a segment is created once", segment);
    }

    /** Nothing more is written to a file: what is allocated behind its end is free again. */
    void giveBack(int segment) {
        SimulatedFile file = visible.get(segment);
        if (file != null) {
            file.giveBack();
        }
    }

    private static UncheckedIOException noSpace() {
        return new UncheckedIOException(new IOException("no space left on the simulated disk"));
    }

    @Nullable
    ByteBuffer summary(int segment) {
        SimulatedFile file = summaries.get(segment);
        if (file == null) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(file.size());
        file.read(0, bytes);
        return bytes.flip();
    }

    void keepSummary(int segment, ByteBuffer bytes) {
        if (bytes.remaining() <= usableBytes()) {
            SimulatedFile file = new SimulatedFile(0);
            summaries.put(segment, file);
            file.write(0, bytes);
        }
        mayFail();
    }

    void dropSummary(int segment) {
        mayFail();
        summaries.remove(segment);
    }

    /** Turns one bit of what is kept beside a segment around. */
    public void flipBitOfSummary(int segment, int offset, int bit) {
        SimulatedFile file = summaries.get(segment);
        if (file != null && offset < file.size()) {
            file.flipBit(offset, bit);
        }
    }

    void delete(int segment) {
        mayFail();
        summaries.remove(segment);
        Invariant.check(visible.remove(segment) != null, "a deleted segment was there", segment);
    }

    void write(int segment, int offset, ByteBuffer bytes) {
        if (isWriteFailing) {
            throw new UncheckedIOException(new IOException("simulated write failed"));
        }
        if (file(segment).growthBytes(offset + bytes.remaining()) > usableBytes()) {
            throw noSpace();
        }
        // A power cut in the midst of a write: it has reached the cache, and what of it reaches the platter is left to
        // chance.
        file(segment).write(offset, bytes);
        mayFail();
    }

    public int read(int segment, long offset, ByteBuffer into) {
        return file(segment).read(Math.toIntExact(offset), into);
    }

    void force(int segment) {
        mayFail();
        failIfTold();
        file(segment).force();
        Place end = new Place(segment, file(segment).size());
        if (!end.equals(forcedEnd) && end.end > 0) {
            forcedBefore = forcedEnd;
            forcedEnd = end;
        }
    }

    void forceNames() {
        mayFail();
        failIfTold();
        durable = new TreeMap<>(visible);
    }

    private void failIfTold() {
        if (isForceFailing) {
            throw new UncheckedIOException(new IOException("simulated force failed"));
        }
    }

    private void mayFail() {
        if (operationsLeft != Long.MAX_VALUE && --operationsLeft <= 0) {
            throw new PowerCut();
        }
    }

    long usedBytes() {
        long bytes = 0;
        for (SimulatedFile file : visible.values()) {
            bytes += file.allocatedBytes();
        }
        for (SimulatedFile file : summaries.values()) {
            bytes += file.allocatedBytes();
        }
        return bytes + reservedBytes;
    }

    private SimulatedFile file(int segment) {
        SimulatedFile file = visible.get(segment);
        if (file == null) {
            throw new IllegalArgumentException("segment " + segment + " is not on this disk: " + visible.keySet());
        }
        return file;
    }

    /** The power has failed: what ran on this disk must be abandoned, then {@link #crash} called. */
    public static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;

        PowerCut() {
            super("simulated power cut");
        }
    }

    /** For messages of failed tests: what is where. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        visible.forEach((number, file) -> lines.add(number + ": " + file.size() + " bytes"));
        return lines.toString();
    }
}
