package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.lifecycle.StorageDuty;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the sizes of regions: at once where much has been written, at all others in turn. A region led here that is too large, in bytes or in pairs, is
 * offered for a split into pieces of the right size. One that has outgrown its bound by far is held back until it is divided, unless nobody could divide it.
 */
@OwnedBy("storage agent")
public final class SizeWatch implements StorageDuty {
    private static final Logger LOG = LoggerFactory.getLogger(SizeWatch.class);
    private static final int LOOKS_PER_TURN = 8;
    /** Of very many regions no more are looked at in passing than a hundred per second: whoever grows is mentioned. */
    private static final long LOOK_NANOS = 10_000_000L;

    private static final long PAIR_BYTES_MIN = 4;
    /** A count far below the bound stands until the size has doubled or halved, one near it until it has moved by so small a part. */
    private static final int NEAR_MOVED_BY = 16;

    private static final double NEAR = 0.75;
    /** A region that is held back is looked at again so soon: it grows no more, so nobody mentions it. */
    private static final long HELD_BACK_NANOS = 500_000_000L;

    private final KvEngine engine;
    private final PublishedRegions published;
    private final Sizes sizes;
    private final SplitOptions options;
    private final SplitPace pace;
    private final LongPredicate leads;
    private final BooleanSupplier canDivide;
    private final BiConsumer<Region, List<Key>> tooLarge;
    /** Regions that have grown; shared with the apply agent, at most one mention each. */
    private final Set<Long> grown = new LinkedHashSet<>();

    private final ArrayDeque<Long> round = new ArrayDeque<>();
    private final Map<Long, Offer> offered = new LinkedHashMap<>();
    /** When each region last was found to hold few enough pairs: bounded by the number of regions led here. */
    private final Map<Long, Count> counted = new LinkedHashMap<>();
    /** Those held back, in ascending order. */
    private final TreeSet<Long> heldBack = new TreeSet<>();

    private long nextRoundNanos = Long.MIN_VALUE;
    private long nextHeldBackNanos;

    /** A split that was asked for, and which version of the range it was for. */
    private record Offer(long version, long nanos) {}

    /** About how many pairs a region of that size had. */
    private record Count(long bytes, long pairs) {
        boolean standsFor(long now, long pairsMax) {
            boolean isNear = (double) pairs * now >= NEAR * pairsMax * bytes;
            return isNear ? Math.abs(now - bytes) <= bytes / NEAR_MOVED_BY : now < 2 * bytes && bytes < 2 * now;
        }
    }

    /**
     * @param leads whether this store leads a region now
     * @param canDivide whether somebody is there who gives ids for new regions: without, nobody is held back
     * @param tooLarge hears of a region to be split, and where
     */
    public SizeWatch(
            KvEngine engine,
            PublishedRegions published,
            Sizes sizes,
            SplitOptions options,
            SplitPace pace,
            LongPredicate leads,
            BooleanSupplier canDivide,
            BiConsumer<Region, List<Key>> tooLarge) {
        this.engine = engine;
        this.published = published;
        this.sizes = sizes;
        this.options = options;
        this.pace = pace;
        this.leads = leads;
        this.canDivide = canDivide;
        this.tooLarge = tooLarge;
    }

    /** Much has been written to the region. Any thread; the caller wakes the storage agent. */
    public void grown(long region) {
        synchronized (grown) {
            grown.add(region);
        }
    }

    @Override
    public int doWork(long nowNanos) {
        if (nextRoundNanos == Long.MIN_VALUE || nowNanos - nextRoundNanos >= 0) {
            long looksNanos = published.now().size() * LOOK_NANOS;
            nextRoundNanos = nowNanos + Math.max(options.roundNanos(), looksNanos);
            offered.values().removeIf(offer -> nowNanos - offer.nanos() > options.roundNanos());
            round.clear();
            published.now().all().forEach(local -> round.add(local.id()));
        }
        if (!heldBack.isEmpty() && nowNanos - nextHeldBackNanos >= 0) {
            nextHeldBackNanos = nowNanos + HELD_BACK_NANOS;
            heldBack.forEach(round::addFirst);
        }
        synchronized (grown) {
            grown.forEach(round::addFirst);
            grown.clear();
        }
        int looks = 0;
        while (looks < LOOKS_PER_TURN && !round.isEmpty()) {
            look(round.removeFirst(), nowNanos);
            looks++;
        }
        return looks;
    }

    private void look(long region, long nowNanos) {
        LocalRegion local = published.byId(region);
        if (local == null || !leads.test(region)) {
            holdBack(region, false);
            counted.remove(region);
            if (local != null) {
                sizes.set(
                        region,
                        engine.approximateBytes(DataKeys.toData(local.region().range())));
            }
            return;
        }
        KeyRange range = local.region().range();
        long bytes = engine.approximateBytes(DataKeys.toData(range));
        sizes.set(region, bytes);
        boolean isTooLarge = bytes >= options.bytes() || holdsTooMany(region, range, bytes);
        if (!isTooLarge) {
            holdBack(region, false);
            return;
        }
        long version = local.region().epoch().version();
        Offer last = offered.get(region);
        boolean isAskedFor =
                last != null && last.version() == version && nowNanos - last.nanos() <= options.roundNanos();
        boolean isFar = bytes >= options.heldBackBytes() && canDivide.getAsBoolean();
        // What was asked for can be divided. To find out where, a stretch of the region is read.
        boolean isFree = !local.region().isJoint() && !isAskedFor;
        List<Key> keys =
                isFree || (isFar && !isAskedFor) ? SplitKeys.halving(engine, range, bytes, options.bytes()) : List.of();
        holdBack(region, isFar && (isAskedFor || !keys.isEmpty()));
        if (isFree && !keys.isEmpty() && pace.mayAsk(nowNanos)) {
            offered.put(region, new Offer(version, nowNanos));
            LOG.info("event=region-large region={} bytes={} split-keys={}", region, bytes, keys);
            tooLarge.accept(local.region(), keys);
        }
    }

    /** Pairs are looked at only where so many of the smallest would fit, and not while the last count still tells enough. */
    private boolean holdsTooMany(long region, KeyRange range, long bytes) {
        Count last = counted.get(region);
        boolean isKnown = last != null && last.standsFor(bytes, options.keys());
        if (isKnown || bytes / PAIR_BYTES_MIN < options.keys()) {
            return false;
        }
        long pairs = SplitKeys.count(engine, range, bytes);
        boolean isTooMany = pairs >= options.keys();
        if (isTooMany) {
            counted.remove(region);
        } else {
            counted.put(region, new Count(bytes, pairs));
        }
        return isTooMany;
    }

    private void holdBack(long region, boolean isHeld) {
        boolean isNews = isHeld ? heldBack.add(region) : heldBack.remove(region);
        if (isNews) {
            sizes.holdBack(region, isHeld);
            LOG.info(
                    "event={} region={} bytes={}",
                    isHeld ? "region-held-back" : "region-let-go",
                    region,
                    sizes.of(region));
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return heldBack.isEmpty() ? nextRoundNanos : Math.min(nextRoundNanos, nextHeldBackNanos);
    }
}
