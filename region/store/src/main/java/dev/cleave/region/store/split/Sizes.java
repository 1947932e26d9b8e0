package dev.cleave.region.store.split;

import dev.cleave.engine.base.AnyThread;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Roughly how large each region here is, as last looked at, and which have grown so far beyond their bound that they take no more for now. */
@AnyThread
public final class Sizes {
    private final Map<Long, Long> bytes = new ConcurrentHashMap<>();
    private final Set<Long> heldBack = ConcurrentHashMap.newKeySet();

    /** 0 if not known yet. */
    public long of(long region) {
        return bytes.getOrDefault(region, 0L);
    }

    void set(long region, long size) {
        bytes.put(region, size);
    }

    /** Whether the region must be divided before it takes more data. */
    public boolean isHeldBack(long region) {
        return !heldBack.isEmpty() && heldBack.contains(region);
    }

    void holdBack(long region, boolean isHeld) {
        if (isHeld) {
            heldBack.add(region);
        } else {
            heldBack.remove(region);
        }
    }

    public void remove(long region) {
        bytes.remove(region);
        heldBack.remove(region);
    }
}
