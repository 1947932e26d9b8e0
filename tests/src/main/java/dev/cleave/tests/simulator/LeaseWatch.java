package dev.cleave.tests.simulator;

import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees to it that no key may be read by lease on two stores at one moment, each judged by the clocks of its own host, nor on one while another begins to
 * lead. Looks whenever a store answers a client or speaks as leader for the first time, and whenever the other invariants are looked at.
 *
 * <p>In a run with drifting clocks, suspensions, stalls and changes of all kinds this holds what the rules of leases ask for.
 *
 * <p>rules: 94, 101, 102, 103
 */
final class LeaseWatch {
    private final List<SimStore> stores;
    private final Referee referee;

    private record Held(SimStore store, Region region) {}

    LeaseWatch(List<SimStore> stores, Referee referee) {
        this.stores = stores;
        this.referee = referee;
    }

    /** A store speaks for the first time as the leader of a region in {@code term}. */
    void begins(SimStore leader, long group, long term) {
        Region led = leader.region(group);
        for (SimStore store : stores) {
            for (Region region : store.leased()) {
                boolean isHeld = led != null
                        && store.number() != leader.number()
                        && region.range().overlaps(led.range())
                        && !isPieceOf(region, led)
                        && !isOver(store, region, group, term);
                if (isHeld) {
                    throw new Violation("a lease of " + region + " is held on " + store.host() + " while "
                            + leader.host() + " begins to lead " + led);
                }
            }
        }
    }

    /** Whether {@code led} has yet to apply the split that made {@code region}: before that it serves nobody, whoever leads it. */
    private static boolean isPieceOf(Region region, Region led) {
        return region.id() != led.id() && region.epoch().version() > led.epoch().version();
    }

    /** Whether the lease is of a later term: who was held up since its election begins to lead when its time is over, and nobody listens. */
    private static boolean isOver(SimStore holder, Region leased, long group, long term) {
        return leased.id() == group
                && holder.statuses().stream().anyMatch(status -> status.group() == group && status.term() > term);
    }

    void look() {
        List<Held> all = new ArrayList<>();
        for (SimStore store : stores) {
            for (Region region : store.leased()) {
                for (Held other : all) {
                    boolean isTwice = other.store.number() != store.number()
                            && other.region.range().overlaps(region.range());
                    if (isTwice) {
                        throw new Violation("two leases at once: " + other.region + " on " + other.store.host()
                                + ", and " + region + " on " + store.host());
                    }
                }
                all.add(new Held(store, region));
            }
        }
        if (!all.isEmpty()) {
            referee.count("lease-seen");
        }
    }
}
