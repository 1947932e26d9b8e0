package dev.cleave.region.replica;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases that the groups of a host hold now. The replica agent shows and withdraws them; any thread reads by them, without locks. An early end is
 * shown before anything leaves this host that could let another replica act on it.
 */
@AnyThread
public final class Leases {
    private final Clock clock;
    private final long wallMillisMax;
    private final Map<Long, LeaseView> byGroup = new ConcurrentHashMap<>();
    /** Groups that were read by their lease since the replica agent last asked. */
    private final Set<Long> used = ConcurrentHashMap.newKeySet();

    /** Counted by the replica agent alone. */
    private long lastNumber;

    public Leases(Clock clock, long leaseNanos) {
        this.clock = clock;
        this.wallMillisMax = leaseNanos / 1_000_000L;
    }

    /** Whether a lease is held at this moment; a look, no use. */
    public boolean isHeld(long group) {
        return byGroup.getOrDefault(group, LeaseView.NONE).isHeld(clock.nanos(), clock.wallMillis());
    }

    /** The lease to read by, which counts as use of it; {@link LeaseView#NONE} if none is held at this moment. */
    public LeaseView held(long group) {
        LeaseView shown = byGroup.getOrDefault(group, LeaseView.NONE);
        if (!shown.isHeld(clock.nanos(), clock.wallMillis())) {
            return LeaseView.NONE;
        }
        if (!used.contains(group)) {
            used.add(group);
        }
        return shown;
    }

    /** Replica agent: whether anybody read by the lease since it last asked. Who only serves such reads is not idle. */
    public boolean takeUse(long group) {
        return used.remove(group);
    }

    /** Whether {@code lease} has been held without a break until this moment. */
    public boolean isStillHeld(long group, LeaseView lease) {
        return lease.number() != 0 && held(group).number() == lease.number();
    }

    /** Replica agent: shows the lease that ends at {@code endNanos}, a new one unless it renews the one shown. */
    public void show(long group, long term, long endNanos, long sentWallMillis) {
        LeaseView shown = byGroup.getOrDefault(group, LeaseView.NONE);
        boolean isRenewal = shown.number() != 0 && shown.term() == term;
        if (isRenewal && shown.endNanos() == endNanos) {
            return;
        }
        long number = isRenewal ? shown.number() : ++lastNumber;
        byGroup.put(group, new LeaseView(number, term, endNanos, sentWallMillis, wallMillisMax));
    }

    /** Replica agent: there is no lease any more. */
    public void withdraw(long group) {
        byGroup.remove(group);
        used.remove(group);
    }
}
