package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.RaftConfig;
import org.junit.jupiter.api.Test;

class GroupTest {
    private static final long START = 77_000_000_000L;
    private static final long LATER = START + 9;

    private final GroupMaker maker = new GroupMaker(
            RaftConfig.defaults(),
            Randomness.seeded(1),
            new StoreLiveness(300_000_000L, 1_000_000_000L, START),
            () -> 0,
            START);

    /** It may be a voter of a joint configuration that nobody but its members knows of: an older membership without it does not end it. */
    @Test
    void aReplicaThatIsNotBornYetKnowsTheNewestEpochThatItWasCalledBy() {
        Group unborn = maker.empty(7, 1, START);
        assertThat(unborn.knownEpoch()).isEqualTo(Epoch.NONE);

        unborn.isCalled(new Epoch(9, 4), LATER);
        unborn.isCalled(new Epoch(8, 5), LATER);

        assertThat(unborn.knownEpoch()).isEqualTo(new Epoch(9, 4));
        assertThat(unborn.lastHeardNanos).isEqualTo(LATER);
    }
}
