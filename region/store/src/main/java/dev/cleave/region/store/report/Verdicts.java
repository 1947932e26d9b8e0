package dev.cleave.region.store.report;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.FromPlacement.PeerVerdict;
import dev.cleave.region.control.FromPlacement.PutAside;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.lifecycle.Destroy;
import dev.cleave.region.store.lifecycle.Life;
import dev.cleave.region.store.lifecycle.ReplicaLives;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the placement driver says about lonely replicas. A replica goes only if a newer membership is without it. "No such region" ends only
 * replicas that hold nothing: a child that was born a moment ago may not have been reported yet.
 */
@OwnedBy("control agent")
public final class Verdicts {
    private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);

    private static final int TIMES_TOLD = 3;

    private final PublishedRegions published;
    private final ReplicaLives lives;
    private final Destroy destroy;
    /**
     * By region, how often a replica that holds nothing and does not know by whom it was called (a restart forgets it) was told that it is no member. Bounded by the number of such
     * replicas; who is born, called or gone is dropped with the next verdict.
     */
    private final Map<Long, Told> told = new HashMap<>();

    private record Told(long replicaId, int times) {}

    public Verdicts(PublishedRegions published, ReplicaLives lives, Destroy destroy) {
        this.published = published;
        this.lives = lives;
        this.destroy = destroy;
    }

    /** {@code knownEpoch} is the newest in which the replica knew itself to be wanted when it asked. */
    void take(FromPlacement answer, Epoch knownEpoch) {
        if (!(answer instanceof PeerVerdict verdict)) {
            return;
        }
        long replicaId = verdict.replicaId();
        Region region = verdict.region();
        boolean holdsNothing = lives.is(verdict.regionId(), replicaId, Life.UNINITIALIZED);
        if (region == null) {
            if (holdsNothing) {
                destroy.begin(verdict.regionId(), replicaId, "the placement driver knows no such region");
            }
            return;
        }
        LocalRegion local = published.byId(verdict.regionId());
        // A replica that holds nothing yet may be a voter of a change that the placement driver has not heard of.
        if (holdsNothing && knownEpoch.equals(Epoch.NONE) && !isToldOftenEnough(verdict)) {
            return;
        }
        long confVersion = local == null
                ? knownEpoch.confVersion()
                : local.region().epoch().confVersion();
        boolean isKnown = holdsNothing || (local != null && local.replicaId() == replicaId);
        boolean isMember = region.peer(replicaId).isPresent();
        // It may have applied its own removal, and died before its end was marked.
        boolean knowsItsEnd = local != null && local.region().peer(replicaId).isEmpty();
        long newest = region.epoch().confVersion();
        if (isKnown && !isMember && (confVersion < newest || (knowsItsEnd && confVersion == newest))) {
            destroy.begin(verdict.regionId(), replicaId, "no longer a member, says the placement driver");
        }
    }

    /**
     * A replica that does not know who called it may have been called by a change whose leader has yet to tell the placement driver. Those who want it call it within an election time-out, and a
     * call resets how long it has been lonely: it goes once it has asked so often and nobody has called it in between.
     */
    private boolean isToldOftenEnough(PeerVerdict verdict) {
        told.entrySet()
                .removeIf(each -> !lives.is(each.getKey(), each.getValue().replicaId(), Life.UNINITIALIZED));
        Told now = told.merge(
                verdict.regionId(),
                new Told(verdict.replicaId(), 1),
                (before, one) -> new Told(before.replicaId(), before.times() + 1));
        return now.times() >= TIMES_TOLD;
    }

    /** What the replica here holds differs from what a majority of its group holds: it must not serve or vote on. */
    void putAside(PutAside order) {
        LocalRegion local = published.byId(order.regionId());
        if (local != null && local.replicaId() == order.replicaId()) {
            LOG.error(
                    "event=replica-differs region={} replica={} reason=\"{}\" advice=\"a new one will be made; check this store's disk and memory\"",
                    order.regionId(),
                    order.replicaId(),
                    order.reason());
            destroy.begin(order.regionId(), order.replicaId(), order.reason());
        }
    }
}
