package dev.cleave.region.store.state;

import dev.cleave.engine.base.AnyThread;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of regions that every thread may look at. It changes only between two apply turns or at the end of one (whoever changes it holds the
 * {@link ApplyTurn}), after the engine holds the same: what the table shows, the engine has.
 */
@AnyThread
public final class PublishedRegions {
    private volatile RegionTable table = RegionTable.EMPTY;

    public RegionTable now() {
        return table;
    }

    public @Nullable LocalRegion byId(long region) {
        return table.byId(region);
    }

    /** Whether the table shows this very entry still: its region has not left the table since, not even to come back as it was. */
    @SuppressWarnings("ReferenceEquality")
    public boolean isStill(LocalRegion seen) {
        return table.byId(seen.id()) == seen;
    }

    public synchronized void change(Collection<LocalRegion> changed, Collection<Long> removed) {
        table = table.with(changed, removed);
    }

    public void remove(long region) {
        change(List.of(), List.of(region));
    }
}
