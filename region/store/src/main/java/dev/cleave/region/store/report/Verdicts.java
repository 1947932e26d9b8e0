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

    private final PublishedRegions published;
    private final ReplicaLives lives;
    private final Destroy destroy;
    /**
     * By region, for replicas that hold nothing and do not know by whom they were called (a restart forgets it): the membership that the placement driver first told. Bounded by the number of
     * such replicas; who is born or gone is dropped with the next verdict.
     */
    private final Map<Long, FirstTold> firstTold = new HashMap<>();

    private record FirstTold(long replicaId, long confVersion) {}

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
        long confVersion = local == null
                ? calledBy(verdict, knownEpoch, holdsNothing)
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
     * The membership that has called a replica which holds nothing. One that does not know may have been called by the change next after what the placement driver knows, whose leader has yet to tell it:
     * it goes when the placement driver has heard of a newer membership, and it is still not in it.
     */
    private long calledBy(PeerVerdict verdict, Epoch knownEpoch, boolean holdsNothing) {
        firstTold
                .entrySet()
                .removeIf(told -> !lives.is(told.getKey(), told.getValue().replicaId(), Life.UNINITIALIZED));
        Region region = verdict.region();
        if (!holdsNothing || region == null || !knownEpoch.equals(Epoch.NONE)) {
            return knownEpoch.confVersion();
        }
        FirstTold now = new FirstTold(verdict.replicaId(), region.epoch().confVersion());
        FirstTold first = firstTold.putIfAbsent(region.id(), now);
        return first == null ? now.confVersion() : first.confVersion();
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
