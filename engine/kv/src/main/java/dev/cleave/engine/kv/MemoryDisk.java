package dev.cleave.engine.kv;

import dev.cleave.engine.base.AnyThread;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a simulated process: the pairs that a {@link MemoryStore} has flushed and its complete range files. One store at a
 * time may be open on it.
 */
@AnyThread
public final class MemoryDisk {
    /** Guarded by this. */
    private MemoryState durable = MemoryState.EMPTY;

    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private volatile @Nullable MemoryStore open;

    /** The process dies here: the open store, if any, is gone with all that was not durable, and answers nothing any more. */
    public synchronized void crash() {
        open = null;
    }

    synchronized void attach(MemoryStore store) {
        if (open != null) {
            throw new EngineFailure("this memory disk is in use by another store; close or crash that one first");
        }
        open = store;
    }

    synchronized void detach(MemoryStore store) {
        if (holds(store)) {
            open = null;
        }
    }

    boolean holds(MemoryStore store) {
        return store.equals(open);
    }

    synchronized MemoryState durable() {
        return durable;
    }

    synchronized void makeDurable(MemoryState state) {
        durable = state;
    }

    /** Complete range files by name. Hold the monitor of this disk. */
    TreeMap<String, byte[]> files() {
        return files;
    }
}
