package dev.cleave.region.store.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.gate.ReadAgents;
import dev.cleave.region.store.gate.Roles;
import dev.cleave.region.store.lifecycle.Destroy;
import dev.cleave.region.store.lifecycle.DueSteps;
import dev.cleave.region.store.lifecycle.Ranges;
import dev.cleave.region.store.lifecycle.ReplicaLives;
import dev.cleave.region.store.lifecycle.StoreState;
import dev.cleave.region.store.snapshot.SnapshotFiles;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionStates;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static final long REPLICA = 2;

    @Test
    void aReplicaThatMissedItsRemovalEnds() {
        assertThat(ends(region(4, 1, REPLICA), region(5, 1, 3))).isTrue();
    }

    @Test
    void aReplicaThatAppliedItsRemovalAndDiedBeforeItsEndWasMarkedEnds() {
        assertThat(ends(region(5, 1, 3), region(5, 1, 3))).isTrue();
    }

    @Test
    void aMemberStaysAndSoDoesOneThatKnowsMoreThanThePlacementDriver() {
        assertThat(ends(region(5, 1, REPLICA), region(6, 1, REPLICA, 3))).isFalse();
        assertThat(ends(region(6, 1, REPLICA), region(5, 1, 3))).isFalse();
    }

    /** It voted in a joint configuration whose leader could not tell the placement driver. */
    @Test
    void aReplicaThatHoldsNothingYetStaysIfItWasCalledByANewerMembershipThanThePlacementDriverKnows() {
        assertThat(endsUnborn(new Epoch(6, 1), region(5, 1, 3))).isFalse();
        assertThat(endsUnborn(new Epoch(6, 1), region(7, 1, 3))).isTrue();
    }

    /** Seed 110439: it was called by a change that nobody but its leader knew, and its store was started again. */
    @Test
    void aReplicaThatHoldsNothingAndHasForgottenWhoCalledItStaysUntilItHasAskedOftenAndNobodyCalled() {
        Region without = region(5, 1, 3);
        assertThat(endsUnborn(Epoch.NONE, without)).isFalse();
        assertThat(endsUnborn(Epoch.NONE, without, without)).isFalse();
        assertThat(endsUnborn(Epoch.NONE, without, without, without)).isTrue();
        assertThat(endsUnborn(Epoch.NONE, without, without, region(6, 1, REPLICA, 3)))
                .isFalse();
    }

    private static boolean endsUnborn(Epoch calledBy, Region... known) {
        return ends(null, calledBy, known);
    }

    private static boolean ends(Region local, Region known) {
        return ends(local, local.epoch(), known);
    }

    private static boolean ends(@Nullable Region local, Epoch knownEpoch, Region... known) {
        MemoryStore engine = MemoryStore.open(new MemoryDisk(), Randomness.seeded(1), 0);
        PublishedRegions published = new PublishedRegions();
        StoreState state = new StoreState(
                engine,
                new RegionStates(),
                published,
                new ApplyTurn(),
                new EngineDurableApplied(engine, 1, 1),
                new ReplicaLives(10),
                new Ranges(published));
        assertThat(state.lives().mayCreate(7, REPLICA)).isTrue();
        if (local != null) {
            assertThat(state.lives().mayBeBorn(7, REPLICA)).isTrue();
            published.change(List.of(new LocalRegion(local, REPLICA)), List.of());
        }
        DueSteps steps = new DueSteps();
        Destroy destroy = new Destroy(
                state,
                new Roles(),
                new ReadAgents(null, new ManualAgentHost((role, cause) -> {}), 1, 16),
                steps,
                new SnapshotFiles(engine.rangeFiles()),
                (region, replica) -> {},
                () -> null);

        Verdicts verdicts = new Verdicts(published, state.lives(), destroy);
        for (Region told : known) {
            verdicts.take(new FromPlacement.PeerVerdict(7, REPLICA, told), knownEpoch);
        }

        return steps.poll() != null;
    }

    private static Region region(long confVersion, long... replicas) {
        List<Peer> peers = Arrays.stream(replicas)
                .mapToObj(id -> new Peer(id, id, PeerRole.VOTER))
                .toList();
        return new Region(7, KeyRange.ALL, new Epoch(confVersion, 1), peers);
    }
}
