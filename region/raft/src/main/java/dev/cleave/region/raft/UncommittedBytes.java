package dev.cleave.region.raft;

/**
 * Payload bytes that a leader accepted in its term beyond the commit index, exactly (rule 48). One payload larger than the
 * bound passes when nothing else is outstanding, and an empty one always: else a group could refuse forever.
 */
final class UncommittedBytes {
    private final long bytesMax;
    private int[] sizes = {};
    private int head;
    private int count;
    private long firstIndex;
    private long bytes;

    UncommittedBytes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean hasRoom(int payloadBytes) {
        return payloadBytes == 0 || bytes == 0 || bytes + payloadBytes <= bytesMax;
    }

    long bytes() {
        return bytes;
    }

    /** From here on entries are counted, beginning with {@code nextIndex}. */
    void reset(long nextIndex) {
        head = 0;
        count = 0;
        bytes = 0;
        firstIndex = nextIndex;
        if (sizes.length > 1024) {
            sizes = new int[0];
        }
    }

    void add(int payloadBytes) {
        if (count == sizes.length) {
            int[] more = new int[Math.max(8, count * 2)];
            for (int i = 0; i < count; i++) {
                more[i] = sizes[(head + i) % count];
            }
            sizes = more;
            head = 0;
        }
        sizes[(head + count++) % sizes.length] = payloadBytes;
        bytes += payloadBytes;
    }

    void committed(long index) {
        while (count > 0 && firstIndex <= index) {
            bytes -= sizes[head];
            head = (head + 1) % sizes.length;
            count--;
            firstIndex++;
        }
    }
}
