package dev.cleave.region.store.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.split.ChildBirths.Birth;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ForgottenReplicas;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replica 15 of region 14 may have been here before the log was damaged. */
class BirthsTest {
    private final MemoryStore engine = MemoryStore.open(new MemoryDisk(), Randomness.seeded(1), 0);
    private final ReplicaLives lives = new ReplicaLives(10);
    private final ForgottenReplicas forgotten = new ForgottenReplicas(engine);
    private final List<Long> ended = new ArrayList<>();
    private final Births births = new Births(lives, forgotten, (region, replica) -> ended.add(replica));

    @Test
    void withASoundLogAChildIsBornOnce() {
        assertThat(births.claim(child(15, true))).isEqualTo(Birth.BORN);
        assertThat(births.claim(child(15, true))).isEqualTo(Birth.SKIPPED);
        assertThat(ended).isEmpty();
    }

    @Test
    void aChildThatMayHaveVotedBeforeIsGivenUpAndASuccessorBegins() {
        forgotten.logDamaged();
        forgotten.told(20);

        assertThat(births.claim(child(15, true))).isEqualTo(Birth.SKIPPED);

        assertThat(ended).containsExactly(15L);
        assertThat(lives.destroyed()).containsExactly(15L);
        assertThat(births.mayCreate(14, 15)).isFalse();
        assertThat(births.mayCreate(14, 21)).isTrue();
        assertThat(ended).containsExactly(15L);
    }

    @Test
    void aChildThatTheLogKnowsIsBornAllTheSame() {
        lives.found(14, 15, Life.UNINITIALIZED);
        forgotten.logDamaged();

        assertThat(births.claim(child(15, true))).isEqualTo(Birth.BORN);
    }

    @Test
    void theOnlyVoterIsKeptWithoutAGroup() {
        forgotten.logDamaged();

        assertThat(births.claim(child(15, false))).isEqualTo(Birth.KEPT);

        assertThat(lives.is(14, 15, Life.INITIALIZED)).isTrue();
        assertThat(ended).isEmpty();
    }

    /** Its log was damaged, not lost, so the start has ended it; the split that is applied again must not clear the only copy. */
    @Test
    void theOnlyVoterIsKeptThoughTheStartHasPutItAside() {
        lives.found(14, 15, Life.TOMBSTONE);
        forgotten.logDamaged();
        forgotten.told(20);

        assertThat(births.claim(child(15, false))).isEqualTo(Birth.KEPT);
    }

    @Test
    void anOnlyVoterThatWasReplacedIsSkipped() {
        lives.found(14, 25, Life.UNINITIALIZED);
        forgotten.logDamaged();

        assertThat(births.claim(child(15, false))).isEqualTo(Birth.SKIPPED);
    }

    @Test
    void whoIsCalledWaitsForThePlacementDriversWordAndGoesIfOld() {
        forgotten.logDamaged();
        assertThat(births.mayCreate(14, 15)).isFalse();
        assertThat(ended).isEmpty();

        forgotten.told(20);

        assertThat(births.mayCreate(14, 15)).isFalse();
        assertThat(births.mayCreate(14, 15)).isFalse();
        assertThat(ended).containsExactly(15L);
        assertThat(births.mayCreate(30, 31)).isTrue();
    }

    private static AppliedRegion child(long replicaId, boolean hasOthers) {
        Peer here = new Peer(replicaId, 1, PeerRole.VOTER);
        List<Peer> peers = hasOthers ? List.of(here, new Peer(16, 2, PeerRole.VOTER)) : List.of(here);
        return new AppliedRegion(replicaId, new Region(14, KeyRange.ALL, Epoch.FIRST, peers), 5, 5);
    }
}
