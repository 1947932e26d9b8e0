package dev.cleave.region.replica;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.raft.EntryStore;
import dev.cleave.region.raft.RaftMessage;
import dev.cleave.region.replica.transport.RaftFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one group that are in memory: the newest ones without a gap, and a few chunks read back from the log for somebody who
 * lags. Entries are whole ({@link EntryLayout}) and never change.
 */
@OwnedBy("replica agent")
final class EntryTail implements EntryStore {
    private static final int CHUNKS_MAX = 3;

    private static final ByteBuffer[] NO_ROOM = {};

    /** A power of two long, or empty. */
    private ByteBuffer[] ring = NO_ROOM;

    private long first;
    private long last;
    private long bytes;
    private final List<Chunk> chunks = new ArrayList<>(0);
    private RaftFrame.@Nullable Cursor incoming;

    /** An empty tail whose next entry has index {@code lastIndex + 1}. */
    EntryTail(long lastIndex) {
        reset(lastIndex);
    }

    void reset(long lastIndex) {
        java.util.Arrays.fill(ring, null);
        first = lastIndex + 1;
        last = lastIndex;
        bytes = 0;
        chunks.clear();
    }

    /** Sets the received frame from which {@link #accept} will take entries. */
    void receiving(RaftFrame.Cursor cursor) {
        incoming = cursor;
    }

    @Override
    public void accept(RaftMessage append, long firstIndex) {
        RaftFrame.Cursor cursor = Invariant.present(incoming, "entries are taken from the message being stepped");
        truncateFrom(firstIndex);
        for (long index = firstIndex; index <= append.lastIndex; index++) {
            push(index, cursor.entry(index));
        }
    }

    @Override
    public void create(long index, long term, byte type, byte[] payload) {
        append(index, term, type, ByteBuffer.wrap(payload));
    }

    /** Adds an entry made here. */
    void append(long index, long term, byte type, ByteBuffer payload) {
        ByteBuffer entry = ByteBuffer.allocate(EntryLayout.HEADER_BYTES + payload.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        EntryLayout.put(entry, type, index, term, payload);
        truncateFrom(index);
        push(index, entry.flip());
    }

    private void truncateFrom(long index) {
        if (index < first) {
            reset(index - 1);
            return;
        }
        while (last >= index) {
            bytes -= ring[slot(last)].remaining();
            ring[slot(last)] = null;
            last--;
        }
        chunks.removeIf(chunk -> chunk.last >= index);
    }

    private void push(long index, ByteBuffer entry) {
        Invariant.check(index == last + 1, "entries follow each other", index, last);
        if (last - first + 1 == ring.length) {
            grow();
        }
        last = index;
        ring[slot(index)] = entry;
        bytes += entry.remaining();
    }

    private void grow() {
        ByteBuffer[] larger = new ByteBuffer[Math.max(16, ring.length * 2)];
        for (long index = first; index <= last; index++) {
            larger[(int) (index & (larger.length - 1))] = ring[slot(index)];
        }
        ring = larger;
    }

    private int slot(long index) {
        return (int) (index & (ring.length - 1));
    }

    /** Takes in entries read back from the log. */
    void cache(long from, long to, ByteBuffer entries) {
        if (to < from) {
            return;
        }
        if (chunks.size() == CHUNKS_MAX) {
            chunks.remove(0);
        }
        chunks.add(Chunk.of(from, to, entries));
    }

    /** The entry at {@code index}, or null if it is not in memory. */
    @Nullable
    ByteBuffer entry(long index) {
        if (index >= first && index <= last) {
            return ring[slot(index)];
        }
        for (Chunk chunk : chunks) {
            if (index >= chunk.first && index <= chunk.last) {
                return chunk.entries[(int) (index - chunk.first)];
            }
        }
        return null;
    }

    /** The entry at {@code index}, which must be in memory. */
    ByteBuffer present(long index) {
        return Invariant.present(entry(index), "an entry to persist, send or apply is in memory");
    }

    /** Appends the entries {@code from..to} to {@code into}; they must be in memory. */
    void copy(long from, long to, List<ByteBuffer> into) {
        for (long index = from; index <= to; index++) {
            into.add(present(index));
        }
    }

    @Override
    public long fit(long from, long to, int bytesMax) {
        long sum = 0;
        long fitting = 0;
        for (long index = from; index <= to; index++) {
            ByteBuffer entry = entry(index);
            if (entry == null) {
                break;
            }
            sum += entry.remaining();
            if (sum > bytesMax && index > from) {
                break;
            }
            fitting = index;
        }
        return fitting;
    }

    @Override
    public long bytes(long from, long to) {
        long sum = 0;
        for (long index = from; index <= to; index++) {
            ByteBuffer entry = entry(index);
            sum += entry == null ? 0 : entry.remaining();
        }
        return sum;
    }

    /** Lets go of entries up to {@code index}; they must be durable and applied. */
    void evict(long index) {
        while (first <= index && first <= last) {
            bytes -= ring[slot(first)].remaining();
            ring[slot(first)] = null;
            first++;
        }
        if (first > last && ring.length > 64) {
            ring = NO_ROOM;
        }
    }

    /** Lets go of its room, if nothing is in it. */
    void trim() {
        if (first > last) {
            ring = NO_ROOM;
        }
        incoming = null;
    }

    long firstInMemory() {
        return first;
    }

    long bytesInMemory() {
        return bytes;
    }

    void dropChunks() {
        chunks.clear();
    }

    /** Some older entries without a gap. */
    private record Chunk(long first, long last, ByteBuffer[] entries) {
        static Chunk of(long first, long last, ByteBuffer whole) {
            ByteBuffer[] entries = new ByteBuffer[(int) (last - first + 1)];
            int at = whole.position();
            for (int i = 0; i < entries.length; i++) {
                int bytes = EntryLayout.entryBytes(whole, at);
                Invariant.check(EntryLayout.index(whole, at) == first + i, "the log gives entries in order", first + i);
                entries[i] = whole.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN);
                at += bytes;
            }
            return new Chunk(first, last, entries);
        }
    }
}
