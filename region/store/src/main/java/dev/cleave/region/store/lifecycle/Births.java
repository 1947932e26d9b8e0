package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.store.split.ChildBirths;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ForgottenReplicas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a replica that others speak of begins to exist here: because a message calls it, or because it is a child of a split. Whoever may have been here before
 * and is forgotten does not: it is given up, its end is told, and its region gets a successor with a newer id. Of an only voter there is no other copy: what it has is kept for rescue.
 */
@AnyThread
public final class Births implements ChildBirths {
    private static final Logger LOG = LoggerFactory.getLogger(Births.class);

    private final ReplicaLives lives;
    private final ForgottenReplicas forgotten;
    private final Endings endings;

    public Births(ReplicaLives lives, ForgottenReplicas forgotten, Endings endings) {
        this.lives = lives;
        this.forgotten = forgotten;
        this.endings = endings;
    }

    /** A message has come for a replica that is not here: may it begin, still empty? */
    public boolean mayCreate(long region, long replicaId) {
        if (!mayBeForgotten(region, replicaId)) {
            return lives.mayCreate(region, replicaId);
        }
        if (forgotten.isTold()) {
            giveUp(region, replicaId);
        }
        return false;
    }

    @Override
    public Birth claim(AppliedRegion child) {
        long region = child.id();
        long replicaId = child.replicaId();
        if (!mayBeForgotten(region, replicaId) && lives.mayBeBorn(region, replicaId)) {
            return Birth.BORN;
        }
        if (child.hasOtherVoters()) {
            giveUp(region, replicaId);
            return Birth.SKIPPED;
        }
        if (!lives.keeps(region, replicaId)) {
            return Birth.SKIPPED;
        }
        LOG.error(
                "event=log-lost region={} replica={} range={} advice=\"this was its only voter: the region is down, its data are kept; restore the log from a backup\"",
                region,
                replicaId,
                child.region().range());
        return Birth.KEPT;
    }

    /** Whoever waits for its data has its log, and in it its vote. */
    private boolean mayBeForgotten(long region, long replicaId) {
        return forgotten.mayHold(replicaId) && !lives.is(region, replicaId, Life.UNINITIALIZED);
    }

    private void giveUp(long region, long replicaId) {
        if (forgotten.mayHold(replicaId) && lives.givesUp(region, replicaId)) {
            LOG.error(
                    "event=log-lost region={} replica={} advice=\"its replicas elsewhere serve on; a new one will be made\"",
                    region,
                    replicaId);
            endings.destroyed(region, replicaId);
        }
    }
}
