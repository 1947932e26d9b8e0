package dev.cleave.region.store.split;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.region.store.state.LocalRegion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * Has the children of a split stand for election at once where their parent is led, so that they are without a leader only for a round trip. The
 * duty goes with the parent's leadership: whoever leads it shortly after the split sees to the children on its store. It ends when a child has its first leader: from then on it
 * is without one for a moment as any region is, when leadership is handed over, and to stand for election then would depose the heir.
 */
@AnyThread
public final class ChildElections {
    private static final int PARENTS_MAX = 4096;
    private static final long FORGET_NANOS = 100_000_000L;

    private final Clock clock;
    private final long dutyNanos;
    private final LongPredicate leads;
    private final LongPredicate isLeaderless;
    private final LongPredicate isLed;
    private final LongConsumer campaign;
    private final Map<Long, Brood> broods = new LinkedHashMap<>();
    /** Whose child a region is, by the broods. */
    private final Map<Long, Long> parents = new HashMap<>();

    private long nextForgetNanos;

    private record Brood(List<Long> children, long bornNanos) {}

    /**
     * @param dutyNanos for how long after the split the parent's leader sees to the children
     * @param leads whether this store leads a region now
     * @param isLeaderless whether a replica here follows nobody and does not stand for election
     * @param isLed whether a replica here leads, or follows somebody
     * @param campaign makes a region's replica here stand for election; harmless if it does already
     */
    public ChildElections(
            Clock clock,
            long dutyNanos,
            LongPredicate leads,
            LongPredicate isLeaderless,
            LongPredicate isLed,
            LongConsumer campaign) {
        this.clock = clock;
        this.dutyNanos = dutyNanos;
        this.leads = leads;
        this.isLeaderless = isLeaderless;
        this.isLed = isLed;
        this.campaign = campaign;
        this.nextForgetNanos = clock.nanos();
    }

    /** The parent was divided here; its children's replicas exist a moment later. */
    public synchronized void divided(long parent, List<LocalRegion> born) {
        long now = clock.nanos();
        forgetGrown(now);
        List<Long> children = new ArrayList<>();
        Brood earlier = broods.get(parent);
        if (earlier != null) {
            children.addAll(earlier.children());
        }
        born.forEach(child -> children.add(child.id()));
        if (broods.size() < PARENTS_MAX && !children.isEmpty()) {
            broods.put(parent, new Brood(List.copyOf(children), now));
            children.forEach(child -> parents.put(child, parent));
        }
    }

    /** Something about a region changed: a parent's children may exist now, or it has a new leader; a child may have begun. */
    public void changed(long region) {
        for (long child : due(region)) {
            campaign.accept(child);
        }
    }

    private synchronized List<Long> due(long region) {
        if (broods.isEmpty()) {
            return List.of();
        }
        forgetGrown(clock.nanos());
        Long parent = parents.get(region);
        if (parent != null && isLed.test(region)) {
            leaveAlone(parent, region);
        }
        List<Long> due = new ArrayList<>();
        gatherDue(region, due);
        if (parent != null) {
            gatherDue(parent, due);
        }
        return due;
    }

    private void leaveAlone(long parent, long child) {
        parents.remove(child);
        Brood brood = broods.get(parent);
        if (brood == null) {
            return;
        }
        List<Long> others =
                brood.children().stream().filter(other -> other != child).toList();
        if (others.isEmpty()) {
            broods.remove(parent);
        } else {
            broods.put(parent, new Brood(others, brood.bornNanos()));
        }
    }

    private void gatherDue(long parent, List<Long> due) {
        Brood brood = broods.get(parent);
        if (brood != null && !isGrown(brood, clock.nanos()) && leads.test(parent)) {
            brood.children().stream().filter(child -> isLeaderless.test(child)).forEach(due::add);
        }
    }

    /** All are looked at, so not at each change: there may be thousands of both. */
    private void forgetGrown(long nowNanos) {
        if (nowNanos - nextForgetNanos < 0) {
            return;
        }
        nextForgetNanos = nowNanos + FORGET_NANOS;
        broods.values().removeIf(brood -> {
            boolean isGrown = isGrown(brood, nowNanos);
            if (isGrown) {
                brood.children().forEach(parents::remove);
            }
            return isGrown;
        });
    }

    private boolean isGrown(Brood brood, long nowNanos) {
        return nowNanos - brood.bornNanos() > dutyNanos;
    }
}
