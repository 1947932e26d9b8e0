package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.region.raft.RaftConfig;
import org.junit.jupiter.api.Test;

class LogTurnTest {
    private final GroupMaker maker = new GroupMaker(
            RaftConfig.defaults(),
            Randomness.seeded(1),
            new StoreLiveness(300_000_000L, 1_000_000_000L, 0),
            () -> 0,
            0);

    /** What was acted upon in an earlier life must be replayed in full before anything is done in the next: its vote must not hide it. */
    @Test
    void aReplicaThatWaitsForItsSplitWritesNoLowerCommitThanItFound() {
        Group unborn = maker.recovered(
                new GroupImage(9, 14, true, 7, 0, 10, 5, 5, 6, 12, new long[] {6}, new long[] {6}, new byte[0], false),
                null,
                0);
        LogTurn turn = new LogTurn(forced -> {});

        turn.hardState(unborn);

        assertThat(unborn.raft.commit()).isEqualTo(5);
        assertThat(turn.section(unborn).view().commit()).isEqualTo(10);
    }
}
