package dev.cleave.region.store.split;

import dev.cleave.engine.base.AnyThread;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The load of every region that is asked at all. */
@AnyThread
public final class Loads {
    private final Map<Long, Load> byRegion = new ConcurrentHashMap<>();

    public Load of(long region) {
        Load known = byRegion.get(region);
        return known != null ? known : byRegion.computeIfAbsent(region, id -> new Load());
    }

    List<Long> regions() {
        return byRegion.keySet().stream().sorted().toList();
    }

    void remove(long region) {
        byRegion.remove(region);
    }
}
