package dev.cleave.region.raft;

/** Appends sent to one follower and not yet acknowledged: a ring of (last index, bytes), bounded in messages and bytes. */
final class Inflights {
    private static final long[] NO_LASTS = {};
    private static final int[] NO_SIZES = {};

    private final int messagesMax;
    private final long bytesMax;
    private long[] lasts = NO_LASTS;
    private int[] sizes = NO_SIZES;
    private int head;
    private int count;
    private long bytes;

    Inflights(int messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /** Full in messages, or at least {@code bytesMax} outstanding: one message may overshoot. */
    boolean isFull() {
        return count == messagesMax || bytes >= bytesMax;
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    void add(long lastIndex, long messageBytes) {
        if (count == lasts.length) {
            grow();
        }
        int at = (head + count++) % lasts.length;
        lasts[at] = lastIndex;
        sizes[at] = (int) Math.min(messageBytes, Integer.MAX_VALUE);
        bytes += sizes[at];
    }

    void freeTo(long index) {
        while (count > 0 && lasts[head] <= index) {
            bytes -= sizes[head];
            head = (head + 1) % lasts.length;
            count--;
        }
    }

    void reset() {
        head = 0;
        count = 0;
        bytes = 0;
    }

    /** Lets go of the room it has grown to, if nothing is in it. */
    void trim() {
        if (count == 0) {
            lasts = NO_LASTS;
            sizes = NO_SIZES;
            head = 0;
        }
    }

    private void grow() {
        int size = Math.min(messagesMax, Math.max(4, lasts.length * 2));
        long[] moreLasts = new long[size];
        int[] moreSizes = new int[size];
        for (int i = 0; i < count; i++) {
            moreLasts[i] = lasts[(head + i) % lasts.length];
            moreSizes[i] = sizes[(head + i) % lasts.length];
        }
        lasts = moreLasts;
        sizes = moreSizes;
        head = 0;
    }
}
