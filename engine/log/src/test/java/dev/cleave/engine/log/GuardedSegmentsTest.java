package dev.cleave.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Randomness;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class GuardedSegmentsTest {
    private final SimulatedDisk disk = new SimulatedDisk(Randomness.seeded(1));
    private final GuardedSegments segments = new GuardedSegments(new SimulatedSegments(disk, LogOptions.small()));

    @Test
    void afterAFailedForceNoSecondOneIsTriedEvenIfTheDiskHasRecovered() {
        segments.roll();
        segments.append(ByteBuffer.allocate(64));
        disk.failForces();
        assertThatThrownBy(segments::force)
                .isInstanceOf(DiskFailure.class)
                .hasMessageContaining("cannot force the log");

        disk.heal();

        assertThatThrownBy(segments::force).isInstanceOf(DiskFailure.class).hasMessageContaining("has failed before");
        assertThatThrownBy(() -> segments.append(ByteBuffer.allocate(64))).hasMessageContaining("has failed before");
        assertThat(disk.hasUnforced()).isTrue();
    }
}
