package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.store.lifecycle.StorageDuty;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at how often regions are asked, window by window. One that is led here and hot for many windows in a row is offered for a split. */
@OwnedBy("storage agent")
public final class LoadWatch implements StorageDuty {
    private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);

    private final KvEngine engine;
    private final PublishedRegions published;
    private final Loads loads;
    private final SplitOptions options;
    private final SplitPace pace;
    private final LongPredicate leads;
    private final BiConsumer<Region, List<Key>> tooHot;
    /** How many windows in a row each region has been hot. */
    private final Map<Long, Integer> streaks = new TreeMap<>();

    private final AskedLately asked = new AskedLately();
    private volatile List<RegionLoad> busiest = List.of();
    private long nextNanos = Long.MIN_VALUE;
    private long sinceNanos;

    public LoadWatch(
            KvEngine engine,
            PublishedRegions published,
            Loads loads,
            SplitOptions options,
            SplitPace pace,
            LongPredicate leads,
            BiConsumer<Region, List<Key>> tooHot) {
        this.engine = engine;
        this.published = published;
        this.loads = loads;
        this.options = options;
        this.pace = pace;
        this.leads = leads;
        this.tooHot = tooHot;
    }

    @Override
    public int doWork(long nowNanos) {
        if (nextNanos != Long.MIN_VALUE && nowNanos - nextNanos < 0) {
            return 0;
        }
        long elapsedNanos = nextNanos == Long.MIN_VALUE ? 0 : Math.max(1, nowNanos - sinceNanos);
        nextNanos = nowNanos + options.windowNanos();
        sinceNanos = nowNanos;
        for (long region : loads.regions()) {
            Load.Window window = loads.of(region).take();
            asked.add(region, window);
            if (window.requests() == 0) {
                loads.remove(region);
            }
            look(region, window, elapsedNanos, nowNanos);
        }
        busiest = asked.windowEnds(elapsedNanos, busiest);
        return 0;
    }

    private static long perSecond(int requests, long elapsedNanos) {
        return requests * 1_000_000_000L / elapsedNanos;
    }

    /** The regions that were asked most often in the last seconds, the busiest first. Any thread. */
    public List<RegionLoad> busiest() {
        return busiest;
    }

    private void look(long region, Load.Window window, long elapsedNanos, long nowNanos) {
        boolean isHot =
                elapsedNanos > 0 && options.isHot(perSecond(window.requests(), elapsedNanos)) && leads.test(region);
        if (!isHot) {
            streaks.remove(region);
            return;
        }
        if (streaks.merge(region, 1, Integer::sum) < options.hotWindows()) {
            return;
        }
        LocalRegion local = published.byId(region);
        if (local == null || local.region().isJoint() || !pace.mayAsk(nowNanos)) {
            return; // The streak goes on: it is looked at again after the next window.
        }
        streaks.remove(region);
        LoadJudge judge = LoadJudge.of(local.region().range(), window.samples());
        List<Key> keys = judge.kind() == LoadJudge.Kind.UNCLEAR
                ? SplitKeys.middle(engine, local.region().range()).stream().toList()
                : judge.keys();
        LOG.info(
                "event=region-hot region={} requests={} kind={} split-keys={} reason=\"{}\"",
                region,
                window.requests(),
                judge.kind(),
                keys,
                judge.text());
        if (!keys.isEmpty()) {
            tooHot.accept(local.region(), keys);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return nextNanos;
    }
}
