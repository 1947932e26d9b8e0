package dev.cleave.engine.kv;

import java.util.Arrays;

/**
 * Where the changes of an encoded batch stand, and their order by key: an engine that takes them so finds most of each key's way warm from the one before.
 * Changes of one key keep their order. Owned by the one thread that builds the batch.
 */
final class ChangeOrder {
    private static final int CHANGES_FIRST = 16;

    private int[] starts = new int[CHANGES_FIRST];
    private int[] keyStarts = new int[CHANGES_FIRST];
    private int[] ends = new int[CHANGES_FIRST];
    private int[] keyEnds = new int[CHANGES_FIRST];
    private int count;

    /**
     * @param start where the change begins, {@code end} where the next one does
     * @param keyStart where its key begins; the byte before its length is the family
     */
    void add(int start, int keyStart, int keyEnd, int end) {
        if (count == starts.length) {
            int room = 2 * count;
            starts = Arrays.copyOf(starts, room);
            keyStarts = Arrays.copyOf(keyStarts, room);
            keyEnds = Arrays.copyOf(keyEnds, room);
            ends = Arrays.copyOf(ends, room);
        }
        starts[count] = start;
        keyStarts[count] = keyStart;
        keyEnds[count] = keyEnd;
        ends[count] = end;
        count++;
    }

    int count() {
        return count;
    }

    /** Copies all changes by family and key to {@code into}, from {@code at} on. */
    void copySorted(byte[] from, byte[] into, int at) {
        int to = at;
        for (int change : sorted(from)) {
            int bytes = ends[change] - starts[change];
            System.arraycopy(from, starts[change], into, to, bytes);
            to += bytes;
        }
    }

    /** Merges runs of 1, 2, 4 ... changes. */
    private int[] sorted(byte[] batch) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        int[] other = new int[count];
        for (int run = 1; run < count; run *= 2) {
            for (int low = 0; low < count; low += 2 * run) {
                merge(batch, order, other, low, Math.min(low + run, count), Math.min(low + 2 * run, count));
            }
            int[] merged = other;
            other = order;
            order = merged;
        }
        return order;
    }

    private void merge(byte[] batch, int[] from, int[] into, int low, int middle, int high) {
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            boolean takesLeft = right == high || (left < middle && compare(batch, from[left], from[right]) <= 0);
            into[i] = takesLeft ? from[left++] : from[right++];
        }
    }

    private int compare(byte[] batch, int a, int b) {
        // The kind takes one byte; of the few families each has a number of one byte.
        int byFamily = Byte.compareUnsigned(batch[starts[a] + 1], batch[starts[b] + 1]);
        return byFamily != 0
                ? byFamily
                : Arrays.compareUnsigned(batch, keyStarts[a], keyEnds[a], batch, keyStarts[b], keyEnds[b]);
    }
}
