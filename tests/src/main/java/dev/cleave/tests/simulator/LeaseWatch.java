package dev.cleave.tests.simulator;

import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees to it that no key may be read by lease on two stores at one moment, each judged by the clocks of its own host. Looks whenever a store answers a
 * client, and whenever the other invariants are looked at.
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
