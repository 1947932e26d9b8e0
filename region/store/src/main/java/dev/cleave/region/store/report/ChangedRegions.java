package dev.cleave.region.store.report;

import dev.cleave.engine.base.AnyThread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Regions that a report should tell about, each mentioned once: bounded by the number of regions. */
@AnyThread
public final class ChangedRegions {
    private final Set<Long> changed = new LinkedHashSet<>();
    private volatile Runnable wake = () -> {};

    void wakes(Runnable owner) {
        wake = owner;
    }

    public void add(long region) {
        synchronized (changed) {
            changed.add(region);
        }
        wake.run();
    }

    void addAll(Collection<Long> regions) {
        synchronized (changed) {
            changed.addAll(regions);
        }
    }

    boolean isEmpty() {
        synchronized (changed) {
            return changed.isEmpty();
        }
    }

    List<Long> take(int max) {
        synchronized (changed) {
            List<Long> taken = new ArrayList<>();
            for (Long region : changed) {
                if (taken.size() == max) {
                    break;
                }
                taken.add(region);
            }
            taken.forEach(changed::remove);
            return taken;
        }
    }
}
