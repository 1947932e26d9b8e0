package dev.cleave.region.store.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.snapshot.SnapshotContent;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleMarkTest {
    /** The sender names its files shortly; the mark is written under the receiver's name. Simulator seed 6049, 20 s of disks. */
    @Test
    void whatFitsTheLogFitsItUnderWhateverNameTheReceiverGives() {
        Region region = new Region(
                1,
                KeyRange.of(Key.utf8("a"), Key.utf8("m")),
                new Epoch(3, 2),
                List.of(new Peer(10, 1, PeerRole.VOTER)));
        SnapshotContent sent = SnapshotContent.ofFiles(region, 7, 6, "send-1", List.of());
        SnapshotContent received = SnapshotContent.ofFiles(
                region,
                7,
                6,
                "snap-" + Long.MAX_VALUE + "-" + Long.MAX_VALUE + "-" + Long.MAX_VALUE + "-" + Long.MAX_VALUE,
                List.of());

        int judged = LifecycleMark.bytes(sent);

        assertThat(new LifecycleMark.Installing(received).encode().length).isLessThanOrEqualTo(judged);
    }
}
