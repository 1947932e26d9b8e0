package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.region.control.FromPlacement.Action;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store whose log has rotted in the middle, on virtual time. */
class StoreCorruptionTest {
    private final TestCluster cluster = new TestCluster(9);
    private long left;

    @BeforeEach
    void twoRegionsOfThreeReplicas() {
        cluster.addStore();
        cluster.awaitRegion(1);
        cluster.addStore();
        cluster.addStore();
        cluster.until("all registered", () -> cluster.placement.stores.size() == 3);
        cluster.run(4_000);
        cluster.addVoter(1, 2);
        cluster.addVoter(1, 3);
        left = cluster.placement.split(1, "m").get(0);
        cluster.until("the left half is reported", () -> cluster.view(left) != null);
        cluster.put("a", "left value");
        cluster.put("x", "the needle");
        cluster.put("x", "right value");
        cluster.run(1_000);
    }

    /** Flips a bit of the oldest segment's record with {@code text} in it. */
    private static void flip(SimulatedDisk disk, String text) {
        int oldest = disk.segments()[0];
        byte[] bytes = new byte[(int) disk.bytes(oldest)];
        disk.read(oldest, 0, ByteBuffer.wrap(bytes));
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).isPositive();
        disk.flipBit(oldest, at, 3);
    }

    @Test
    void theRegionConcernedLosesItsReplicaHereTheOtherServesOnAndANewReplicaComesBySnapshot() {
        TestStore rotten = cluster.stores.get(3);
        long old = cluster.region(1).peerOn(3).orElseThrow().replicaId();
        // The division is flushed: the left half no longer depends on the log of the right one.
        cluster.run(31_000);
        rotten.crash();
        rotten.start(cluster.options);
        cluster.put("x", "more");
        cluster.run(2_000);
        rotten.crash();
        flip(rotten.logDisk, "the needle");

        rotten.start(cluster.options);

        cluster.until("the end of the replica is told", () -> cluster.placement.destroyed.contains(old));
        assertThat(cluster.holds(3, 1)).isFalse();
        assertThat(cluster.holds(3, left)).isTrue();
        cluster.put("x", "served by two");
        cluster.put("a", "by three");
        cluster.until("the other catches up", () -> cluster.digest(3, left).equals(cluster.digest(1, left)));

        cluster.placement.order(
                1,
                cluster.region(1).epoch(),
                new Action.ChangePeers(
                        List.of(), List.of(cluster.region(1).peer(old).orElseThrow())));
        cluster.until("the lost one has left", () -> cluster.region(1).peer(old).isEmpty());
        long fresh = cluster.addVoter(1, 3);

        assertThat(fresh).isGreaterThan(old);
        cluster.until("the new one is whole", () -> cluster.digest(3, 1).equals(cluster.digest(1, 1)));
        assertThat(rotten.failures).isEmpty();
    }

    /** Without a flush the division is lost with the log of the right half: the left one, which only the log knows, ends, too. */
    @Test
    void theEndOfAReplicaIsToldAgainToAPlacementDriverThatHasForgotten() {
        TestStore rotten = cluster.stores.get(3);
        long old = cluster.region(1).peerOn(3).orElseThrow().replicaId();
        rotten.crash();
        rotten.start(cluster.options);
        cluster.run(2_000);
        rotten.crash();
        flip(rotten.logDisk, "the needle");
        rotten.start(cluster.options);
        cluster.until("the end of the replica is told", () -> cluster.placement.destroyed.contains(old));
        cluster.run(2_000);

        rotten.crash();
        cluster.placement.destroyed.clear();
        rotten.start(cluster.options);

        cluster.until("it is told again", () -> cluster.placement.destroyed.contains(old));
    }
}
