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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the sizes of regions: at once where much has been written, at all others in turn. A region led here that is too large is
 * offered for a split at its middle.
 */
@OwnedBy("storage agent")
public final class SizeWatch implements StorageDuty {
    private static final Logger LOG = LoggerFactory.getLogger(SizeWatch.class);
    private static final int LOOKS_PER_TURN = 8;

    private final KvEngine engine;
    private final PublishedRegions published;
    private final Sizes sizes;
    private final long splitBytes;
    private final long roundNanos;
    private final LongPredicate leads;
    private final BiConsumer<Region, Key> tooLarge;
    /** Regions that have grown; shared with the apply agent, at most one mention each. */
    private final Set<Long> grown = new LinkedHashSet<>();

    private final ArrayDeque<Long> round = new ArrayDeque<>();
    private final Map<Long, Long> offered = new LinkedHashMap<>();
    private long nextRoundNanos = Long.MIN_VALUE;

    /**
     * @param roundNanos how often every region is looked at; also how long an offer to split is given before it is repeated
     * @param leads whether this store leads a region now
     * @param tooLarge hears of a region to be split, and where
     */
    public SizeWatch(
            KvEngine engine,
            PublishedRegions published,
            Sizes sizes,
            long splitBytes,
            long roundNanos,
            LongPredicate leads,
            BiConsumer<Region, Key> tooLarge) {
        this.engine = engine;
        this.published = published;
        this.sizes = sizes;
        this.splitBytes = splitBytes;
        this.roundNanos = roundNanos;
        this.leads = leads;
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
            nextRoundNanos = nowNanos + roundNanos;
            offered.values().removeIf(since -> nowNanos - since > roundNanos);
            round.clear();
            published.now().all().forEach(local -> round.add(local.id()));
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
        if (local == null) {
            return;
        }
        KeyRange data = DataKeys.toData(local.region().range());
        long bytes = engine.approximateBytes(data);
        sizes.set(region, bytes);
        boolean isFree = !local.region().isJoint() && !offered.containsKey(region);
        if (bytes >= splitBytes && isFree && leads.test(region)) {
            offerAtMiddle(local.region(), data, bytes, nowNanos);
        }
    }

    private void offerAtMiddle(Region region, KeyRange data, long bytes, long nowNanos) {
        offered.put(region.id(), nowNanos);
        Optional<Key> middle = engine.middleKey(data)
                .map(key -> DataKeys.toUser(key.bytes()))
                .filter(key -> {
                    boolean isInside = region.range().contains(key);
                    return isInside && key.compareTo(region.range().startInclusive()) > 0;
                });
        LOG.info("event=region-large region={} bytes={} split-key={}", region.id(), bytes, middle.orElse(null));
        middle.ifPresent(key -> tooLarge.accept(region, key));
    }

    @Override
    public long nextDeadlineNanos() {
        return nextRoundNanos;
    }
}
