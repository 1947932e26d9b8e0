package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;

/** Where each held entry of one group lies: a ring of (segment, offset, length, CRC), 16 bytes each, none while it is empty. */
final class EntryPlaces {
    private static final long[] NO_PLACES = new long[0];
    private static final int[] NO_SIZES = new int[0];
    private static final int CAPACITY_MIN = 8;

    private long[] places = NO_PLACES;
    private int[] lengths = NO_SIZES;
    private int[] crcs = NO_SIZES;
    private int head;
    private int count;
    private long first;
    private long bytes;

    boolean isEmpty() {
        return count == 0;
    }

    /** The first held index; meaningful only if there is one. */
    long first() {
        return first;
    }

    long last() {
        return first + count - 1;
    }

    boolean holds(long index) {
        return count > 0 && index >= first && index <= last();
    }

    int segment(long index) {
        return (int) (places[slot(index)] >>> 32);
    }

    /** The last held entry in {@code segment} or an older one; -1 if there is none. Entries never lie in older segments than those before them. */
    long lastIn(int segment) {
        long low = first - 1;
        long high = last();
        if (count == 0 || segment(first) > segment) {
            return -1;
        }
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (segment(middle) <= segment) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Of all held entries. */
    long bytes() {
        return bytes;
    }

    /** The last entry that must go so that those behind it take at most {@code bytesMax}; -1 if none must. */
    long lastAbove(long bytesMax) {
        long left = bytes;
        long last = -1;
        while (left > bytesMax) {
            last = last < 0 ? first : last + 1;
            left -= length(last);
        }
        return last;
    }

    int offset(long index) {
        return (int) places[slot(index)];
    }

    int length(long index) {
        return lengths[slot(index)];
    }

    int crc(long index) {
        return crcs[slot(index)];
    }

    /** Adds {@code index}, which follows the last one, or any if there is none. */
    void append(long index, int segment, int offset, int length, int crc) {
        if (count == 0) {
            first = index;
            head = 0;
        }
        Invariant.check(index == first + count, "entries are placed without gaps", index, first + count);
        if (count == places.length) {
            resize(Math.max(CAPACITY_MIN, 2 * count));
        }
        int slot = (head + count++) & (places.length - 1);
        places[slot] = (long) segment << 32 | offset;
        lengths[slot] = length;
        crcs[slot] = crc;
        bytes += length;
    }

    /** Forgets entries at and after {@code index}. */
    void truncateFrom(long index) {
        if (count > 0 && index <= last()) {
            for (long gone = Math.max(index, first); gone <= last(); gone++) {
                bytes -= length(gone);
            }
            count = (int) Math.max(0, index - first);
        }
    }

    /** Forgets entries up to {@code index}. */
    void dropThrough(long index) {
        if (count == 0 || index < first) {
            return;
        }
        int gone = (int) Math.min(count, index - first + 1);
        for (int i = 0; i < gone; i++) {
            bytes -= length(first + i);
        }
        head = (head + gone) & (places.length - 1);
        first += gone;
        count -= gone;
        if (count == 0) {
            clear();
        } else if (places.length > 8 * CAPACITY_MIN && count < places.length / 4) {
            resize(places.length / 2);
        }
    }

    void clear() {
        places = NO_PLACES;
        lengths = NO_SIZES;
        crcs = NO_SIZES;
        head = 0;
        count = 0;
        bytes = 0;
    }

    private int slot(long index) {
        Invariant.check(holds(index), "the entry is held", index);
        return (head + (int) (index - first)) & (places.length - 1);
    }

    private void resize(int capacity) {
        places = turned(places, capacity);
        lengths = turned(lengths, capacity);
        crcs = turned(crcs, capacity);
        head = 0;
    }

    private long[] turned(long[] ring, int capacity) {
        long[] copy = new long[capacity];
        int tail = Math.min(count, ring.length - head);
        System.arraycopy(ring, head, copy, 0, tail);
        System.arraycopy(ring, 0, copy, tail, count - tail);
        return copy;
    }

    private int[] turned(int[] ring, int capacity) {
        int[] copy = new int[capacity];
        int tail = Math.min(count, ring.length - head);
        System.arraycopy(ring, head, copy, 0, tail);
        System.arraycopy(ring, 0, copy, tail, count - tail);
        return copy;
    }
}
