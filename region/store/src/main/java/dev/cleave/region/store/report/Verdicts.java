package dev.cleave.region.store.report;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.FromPlacement.PeerVerdict;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.lifecycle.Destroy;
import dev.cleave.region.store.lifecycle.Life;
import dev.cleave.region.store.lifecycle.ReplicaLives;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;

/**
 * Carries out what the placement driver says about lonely replicas. A replica goes only if a newer membership is without it. "No such region" ends only
 * replicas that hold nothing: a child that was born a moment ago may not have been reported yet.
 */
@OwnedBy("control agent")
public final class Verdicts {
    private final PublishedRegions published;
    private final ReplicaLives lives;
    private final Destroy destroy;

    public Verdicts(PublishedRegions published, ReplicaLives lives, Destroy destroy) {
        this.published = published;
        this.lives = lives;
        this.destroy = destroy;
    }

    void take(FromPlacement answer) {
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
        long confVersion = local == null ? 0 : local.region().epoch().confVersion();
        boolean isKnown = holdsNothing || (local != null && local.replicaId() == replicaId);
        boolean isMember = region.peer(replicaId).isPresent();
        // It may have applied its own removal, and died before its end was marked.
        boolean knowsItsEnd = local != null && local.region().peer(replicaId).isEmpty();
        long newest = region.epoch().confVersion();
        if (isKnown && !isMember && (confVersion < newest || (knowsItsEnd && confVersion == newest))) {
            destroy.begin(verdict.regionId(), replicaId, "no longer a member, says the placement driver");
        }
    }
}
