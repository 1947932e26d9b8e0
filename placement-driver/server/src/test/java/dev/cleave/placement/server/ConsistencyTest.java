package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.CheckedReplica.Standing;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The placement driver compares what replicas hold, against fake stores. */
class ConsistencyTest {
    private final FakeCluster cluster = new FakeCluster(3, PlacementOptions.defaults());

    private Region region() {
        return cluster.regions.all().get(0).region();
    }

    private PdReply.Checked check() {
        return (PdReply.Checked) cluster.ask(new PdRequest.CheckRegion(region().id()));
    }

    @Test
    void replicasThatHoldTheSameAreLeftAlone() {
        cluster.settle(3);
        Region before = region();

        PdReply.Checked checked = check();

        assertThat(checked.isWhole()).isTrue();
        assertThat(checked.index()).isEqualTo(50);
        assertThat(checked.replicas()).extracting(CheckedReplica::standing).containsOnly(Standing.AGREES);
        cluster.run(10_000);
        assertThat(region()).isEqualTo(before);
    }

    @Test
    void scenario73_aReplicaThatDiffersFromAMajorityIsPutAsideAndReplaced() {
        cluster.settle(4);
        Peer odd = region().peers().get(1);
        cluster.regions.checksums.put(odd.replicaId(), 8L);

        PdReply.Checked checked = check();

        assertThat(checked.text()).contains("put aside").contains("" + odd.replicaId());
        assertThat(checked.replicas())
                .filteredOn(replica -> replica.standing() == Standing.DIFFERS)
                .extracting(CheckedReplica::replicaId)
                .containsExactly(odd.replicaId());
        cluster.runUntil(
                "another one took its place",
                30_000,
                () -> region().peer(odd.replicaId()).isEmpty()
                        && region().peers().stream().filter(Peer::isVoter).count() == 3);
        assertThat(cluster.stores.stream()
                        .mapToInt(store -> store.putAside.size())
                        .sum())
                .isEqualTo(1);
    }

    /** Whom it found is in memory alone; the next round finds it again. */
    @Test
    void scenario73_aReplicaThatDiffersIsFoundAgainAfterARestartOfThePlacementDriver() {
        cluster.settle(4);
        Peer odd = region().peers().get(1);
        cluster.store(odd.storeId()).isDeafToPutAside = true;
        cluster.regions.checksums.put(odd.replicaId(), 8L);
        assertThat(check().text()).contains("put aside");

        cluster.crashPd();
        cluster.startPd();
        cluster.run(15_000);
        cluster.store(odd.storeId()).isDeafToPutAside = false;

        cluster.runUntil(
                "another one took its place",
                PlacementOptions.defaults().consistencyEvery().toMillis() * 3,
                () -> region().peer(odd.replicaId()).isEmpty()
                        && region().peers().stream().filter(Peer::isVoter).count() == 3);
    }

    @Test
    void withoutAMajorityNothingIsChanged() {
        cluster.settle(3);
        Region before = region();
        cluster.regions.checksums.put(before.peers().get(0).replicaId(), 8L);
        cluster.regions.checksums.put(before.peers().get(1).replicaId(), 9L);

        PdReply.Checked checked = check();

        assertThat(checked.text()).contains("no majority");
        cluster.run(10_000);
        assertThat(region()).isEqualTo(before);
    }

    @Test
    void whoAsksHearsHowFarItIsAndInTheEndWhoHasNotTold() {
        cluster.settle(3);
        long silent = region().peers().get(2).storeId();
        cluster.store(silent).isSilentAboutChecks = true;

        PdReply.Checked soFar = check();

        assertThat(soFar.isWhole()).isFalse();
        assertThat(soFar.replicas().get(2).standing()).isEqualTo(Standing.SILENT);
        cluster.store(silent).isSilentAboutChecks = false;
        cluster.runUntil("the end of it", 10_000, () -> check().isWhole());
    }

    @Test
    void regionsAreCheckedInTurnWithoutBeingAsked() {
        cluster.settle(3);

        cluster.run(PlacementOptions.defaults().consistencyEvery().toMillis() * 2);

        assertThat(cluster.regions.checks).containsKey(region().id());
        assertThat(PlacementOptions.defaults().consistencyEvery()).isEqualTo(Duration.ofMinutes(1));
    }
}
