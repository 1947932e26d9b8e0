package dev.cleave.region.workload.history;

import java.util.Arrays;

/**
 * The search's memory: pairs (set of placed operations, register state), exact. An entry is a few longs in one arena: known
 * operations are numbered by call time, so their set is "all below some word" plus a short window; unknown ones, which may
 * stay unplaced for ever, have words of their own. Holds at most {@code longsMax} longs (8 bytes each).
 *
 * <pre>
 * long 0      state (low 32 bits), first word of the window (high 32 bits)
 * long 1      number of window words
 * long 2..    window words, then all words of unknown operations
 * </pre>
 */
final class SeenStates {
    private final int longsMax;
    private final int unknownWords;
    private long[] arena = new long[1 << 10];
    private int arenaLongs = 1;
    private int[] table = new int[1 << 8];
    private int entries;
    private long[] probe = new long[8];

    SeenStates(int unknownWords, int longsMax) {
        this.unknownWords = unknownWords;
        this.longsMax = longsMax;
    }

    boolean isFull() {
        return arenaLongs >= longsMax;
    }

    /** Whether the pair is new; remembers it if so. */
    boolean add(long[] known, long[] unknown, int state) {
        int longs = encode(known, unknown, state);
        if (entries * 2 >= table.length) {
            grow();
        }
        int slot = slotOf(probe, 0, longs);
        while (table[slot] != 0) {
            int at = table[slot];
            if (Arrays.equals(arena, at, Math.min(at + longs, arenaLongs), probe, 0, longs)) {
                return false;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = append(longs);
        entries++;
        return true;
    }

    private int encode(long[] known, long[] unknown, int state) {
        int first = 0;
        while (first < known.length && known[first] == -1L) {
            first++;
        }
        int end = known.length;
        while (end > first && known[end - 1] == 0) {
            end--;
        }
        int window = end - first;
        int longs = 2 + window + unknown.length;
        if (probe.length < longs) {
            probe = new long[longs];
        }
        probe[0] = ((long) first << 32) | state;
        probe[1] = window;
        System.arraycopy(known, first, probe, 2, window);
        System.arraycopy(unknown, 0, probe, 2 + window, unknown.length);
        return longs;
    }

    private int append(int longs) {
        if (arena.length - arenaLongs < longs) {
            arena = Arrays.copyOf(arena, Math.max(arena.length * 2, arenaLongs + longs));
        }
        System.arraycopy(probe, 0, arena, arenaLongs, longs);
        arenaLongs += longs;
        return arenaLongs - longs;
    }

    private int slotOf(long[] from, int at, int longs) {
        long hash = 0;
        for (int i = at; i < at + longs; i++) {
            hash = (hash ^ from[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash >>> 20) & (table.length - 1);
    }

    private void grow() {
        int[] old = table;
        table = new int[old.length * 2];
        for (int at : old) {
            if (at != 0) {
                int longs = longsAt(at);
                int slot = slotOf(arena, at, longs);
                while (table[slot] != 0) {
                    slot = (slot + 1) & (table.length - 1);
                }
                table[slot] = at;
            }
        }
    }

    private int longsAt(int at) {
        return 2 + (int) arena[at + 1] + unknownWords;
    }
}
