package dev.cleave.placement.server.observed;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.control.ToPlacement.StoreHeartbeat;
import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.protocol.StoreInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** When each store was last heard of, and what it said of itself. */
@OwnedBy("placement agent")
public final class StoreTable {
    private final long disconnectedNanos;
    private final long downNanos;
    private final long sinceNanos;
    private final TreeMap<Long, Heard> heard = new TreeMap<>();
    private final TreeMap<Long, HeardLoads> loads = new TreeMap<>();

    private record HeardLoads(long nanos, List<RegionLoad> regions) {}

    private record Heard(long nanos, @Nullable StoreHeartbeat beat) {}

    /** @param sinceNanos when listening began: a store never heard of is as old as that */
    public StoreTable(long disconnectedNanos, long downNanos, long sinceNanos) {
        this.disconnectedNanos = disconnectedNanos;
        this.downNanos = downNanos;
        this.sinceNanos = sinceNanos;
    }

    /** The store has registered or spoken of its regions: a sign of life. */
    public void alive(long storeId, long nowNanos) {
        Heard before = heard.get(storeId);
        heard.put(storeId, new Heard(nowNanos, before == null ? null : before.beat));
    }

    public void heard(StoreHeartbeat beat, long nowNanos) {
        heard.put(beat.storeId(), new Heard(nowNanos, beat));
    }

    /** How often the regions that the store leads are asked. */
    public void heard(ToPlacement.Loads told, long nowNanos) {
        loads.put(told.storeId(), new HeardLoads(nowNanos, told.regions()));
    }

    /** The regions that are asked most often, the busiest first, by what stores said lately. */
    public List<RegionLoad> busiest(long nowNanos) {
        Map<Long, RegionLoad> byRegion = new TreeMap<>();
        loads.values().removeIf(told -> nowNanos - told.nanos >= disconnectedNanos);
        loads.values().stream()
                .sorted(Comparator.comparingLong(HeardLoads::nanos))
                .flatMap(told -> told.regions.stream())
                .forEach(load -> byRegion.put(load.regionId(), load));
        return byRegion.values().stream()
                .sorted(Comparator.comparingLong(RegionLoad::perSecond).reversed())
                .toList();
    }

    /** Nanoseconds since the store was last heard of. */
    public long ageNanos(long storeId, long nowNanos) {
        Heard last = heard.get(storeId);
        return nowNanos - (last == null ? sinceNanos : last.nanos);
    }

    /** Whether the store has been heard of lately, whatever has been decided about it. */
    public boolean isHeard(long storeId, long nowNanos) {
        return heard.containsKey(storeId) && ageNanos(storeId, nowNanos) < disconnectedNanos;
    }

    public StoreInfo.State state(StoreRecord store, long nowNanos) {
        return switch (store.life()) {
            case REMOVED -> StoreInfo.State.REMOVED;
            case DRAINING -> StoreInfo.State.DRAINING;
            case ACTIVE -> observedState(store.id(), nowNanos);
        };
    }

    public StoreInfo info(StoreRecord store, long nowNanos) {
        Heard last = heard.get(store.id());
        StoreHeartbeat beat = last == null ? null : last.beat;
        return new StoreInfo(
                store.id(),
                store.address(),
                store.httpAddress(),
                state(store, nowNanos),
                store.startNumber(),
                beat == null ? 0 : beat.capacityBytes(),
                beat == null ? 0 : beat.availableBytes(),
                beat == null ? 0 : beat.usedBytes(),
                beat == null ? 0 : beat.regions(),
                beat == null ? 0 : beat.leaders(),
                Math.max(0, ageNanos(store.id(), nowNanos) / 1_000_000));
    }

    /** How many replicas the store says it has; -1 if it has not said. */
    public int replicas(long storeId) {
        Heard last = heard.get(storeId);
        return last == null || last.beat == null ? -1 : last.beat.regions();
    }

    private StoreInfo.State observedState(long storeId, long nowNanos) {
        if (isHeard(storeId, nowNanos)) {
            return StoreInfo.State.UP;
        }
        return ageNanos(storeId, nowNanos) < downNanos ? StoreInfo.State.DISCONNECTED : StoreInfo.State.DOWN;
    }
}
