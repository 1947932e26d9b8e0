package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.region.control.FromPlacement.Recover;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RecoveredRegion;
import dev.cleave.region.protocol.Region;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Unsafe recovery as the placement driver conducts it, against fake stores; scenario 72. */
class RecoveryTest {
    private final FakeCluster cluster =
            new FakeCluster(4, PlacementOptions.defaults().withReplicasMax(5));

    private Region region() {
        return cluster.regions.all().get(0).region();
    }

    private PdReply ask(boolean isForReal, Long... stores) {
        return cluster.ask(new PdRequest.RecoverRegions(List.of(stores), isForReal));
    }

    private void assertRefused(PdReply reply, PdReply.Kind kind, String words) {
        assertThat(reply).isInstanceOf(PdReply.Refused.class);
        assertThat(((PdReply.Refused) reply).kind()).isEqualTo(kind);
        assertThat(((PdReply.Refused) reply).message()).contains(words);
    }

    private void lose(Long... stores) {
        Stream.of(stores).forEach(store -> {
            FakeStore lost = cluster.store(store);
            lost.stop();
            cluster.stores.remove(lost);
        });
        cluster.run(15_000);
    }

    @Test
    void scenario72_itIsRefusedWhileAnybodyNamedIsHeardOrAnybodyElseIsNot() {
        cluster.settle(5);
        Long[] ids = region().peers().stream().map(Peer::storeId).toArray(Long[]::new);

        assertRefused(ask(false), PdReply.Kind.INVALID, "name the stores");
        assertRefused(ask(false, 4711L), PdReply.Kind.NOT_FOUND, "4711");
        assertRefused(ask(true, ids[0], ids[1], ids[2]), PdReply.Kind.UNSAFE, "so it is not lost");
        lose(ids[0], ids[1], ids[2], ids[3]);
        assertRefused(ask(true, ids[0], ids[1], ids[2]), PdReply.Kind.UNSAFE, "bring it back first");
        cluster.store(ids[4]).isSilentAboutReplicas = true;
        assertRefused(
                ask(true, ids[0], ids[1], ids[2], ids[3]), PdReply.Kind.UNAVAILABLE, "have not told their replicas");

        assertThat(cluster.pd().catalog().stores().values()).noneMatch(StoreRecord::isRemoved);
        assertThat(cluster.store(ids[4]).recoveries).isEmpty();
    }

    @Test
    void scenario72_aDryRunChangesNothingAndTheRealOneRetiresTheLostAndTellsTheNewestLogUntilItIsDone() {
        cluster.settle(5);
        Region before = region();
        Long[] ids = before.peers().stream().map(Peer::storeId).sorted().toArray(Long[]::new);
        lose(ids[0], ids[1], ids[2]);

        PdReply.Recovery dry = (PdReply.Recovery) ask(false, ids[0], ids[1], ids[2]);

        assertThat(dry.isBegun()).isFalse();
        assertThat(dry.regions()).extracting(RecoveredRegion::storeId).containsExactly(ids[4]);
        cluster.run(5_000);
        assertThat(cluster.store(ids[4]).recoveries).isEmpty();
        assertThat(cluster.pd().catalog().stores().values()).noneMatch(StoreRecord::isRemoved);

        PdReply.Recovery real = (PdReply.Recovery) ask(true, ids[0], ids[1], ids[2]);
        cluster.run(3_500);

        assertThat(real.isBegun()).isTrue();
        assertThat(cluster.pd().catalog().stores().values().stream()
                        .filter(StoreRecord::isRemoved)
                        .map(StoreRecord::id))
                .containsExactlyInAnyOrder(ids[0], ids[1], ids[2]);
        List<Recover> orders = cluster.store(ids[4]).recoveries;
        assertThat(orders).hasSizeBetween(3, 5);
        assertThat(orders.get(0).lost())
                .containsExactlyInAnyOrderElementsOf(Stream.of(ids[0], ids[1], ids[2])
                        .map(store -> before.peerOn(store).orElseThrow().replicaId())
                        .toList());
        assertThat(cluster.store(ids[3]).recoveries).isEmpty();

        cluster.regions.survive(before.id(), ids[4], orders.get(0).lost());
        cluster.run(3_000);
        int told = orders.size();
        cluster.run(10_000);
        assertThat(orders).as("done: nobody is told any more").hasSize(told);
    }

    /** The orders are in memory alone. The command given again finds what is left to do, though the lost stores are retired already. */
    @Test
    void scenario72_afterARestartOfThePlacementDriverTheCommandGivenAgainGoesOn() {
        cluster.settle(5);
        Region before = region();
        Long[] ids = before.peers().stream().map(Peer::storeId).sorted().toArray(Long[]::new);
        lose(ids[0], ids[1], ids[2]);
        PdReply.Recovery first = (PdReply.Recovery) ask(true, ids[0], ids[1], ids[2]);
        assertThat(first.text()).contains("give the command again until it says that no region has lost its majority");

        cluster.crashPd();
        cluster.startPd();
        cluster.run(15_000);
        List<Recover> orders = cluster.store(ids[4]).recoveries;
        orders.clear();
        cluster.run(5_000);
        assertThat(orders).as("nothing unsafe is done unasked").isEmpty();

        PdReply.Recovery again = (PdReply.Recovery) ask(true, ids[0], ids[1], ids[2]);
        cluster.run(2_000);

        assertThat(again.regions()).isEqualTo(first.regions());
        assertThat(orders).isNotEmpty();
        cluster.regions.survive(before.id(), ids[4], orders.get(0).lost());
        cluster.run(3_000);
        assertThat(((PdReply.Recovery) ask(true, ids[0], ids[1], ids[2])).text())
                .contains("no region has lost its majority");
    }
}
