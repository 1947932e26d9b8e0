package dev.cleave.region.store.split;

import dev.cleave.engine.base.AnyThread;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Roughly how large each region here is, as last looked at. */
@AnyThread
public final class Sizes {
    private final Map<Long, Long> bytes = new ConcurrentHashMap<>();

    /** 0 if not known yet. */
    public long of(long region) {
        return bytes.getOrDefault(region, 0L);
    }

    void set(long region, long size) {
        bytes.put(region, size);
    }

    public void remove(long region) {
        bytes.remove(region);
    }
}
