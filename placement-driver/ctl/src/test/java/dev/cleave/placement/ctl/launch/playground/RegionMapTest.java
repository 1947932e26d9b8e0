package dev.cleave.placement.ctl.launch.playground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegionMapTest {
    private static final Region REGION = new Region(
            1,
            KeyRange.ALL,
            new Epoch(1, 1),
            List.of(
                    new Peer(11, 1, PeerRole.VOTER),
                    new Peer(12, 2, PeerRole.VOTER),
                    new Peer(13, 3, PeerRole.VOTER),
                    new Peer(14, 4, PeerRole.LEARNER)));

    private static String row(List<Long> down, Set<Long> dead) {
        RegionView view = new RegionView(REGION, 1, 6, 10, 10, 0, List.of(), down);
        return RegionMap.of(List.of(view), List.of(1L, 2L, 3L, 4L, 5L), dead)
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow()
                .replaceAll(" +", " ");
    }

    @Test
    void whatRunsIsShownByWhatItIsInTheRegion() {
        assertThat(row(List.of(), Set.of())).isEqualTo("r1 [-∞, +∞) LEADER voter voter learner ·");
    }

    @Test
    void whatAKilledStoreHasIsDownWhateverThePlacementDriverStillBelieves() {
        assertThat(row(List.of(), Set.of(1L, 4L, 5L))).isEqualTo("r1 [-∞, +∞) down voter voter down ·");
    }

    @Test
    void whatDoesNotAnswerItsLeaderIsDown() {
        assertThat(row(List.of(12L), Set.of())).isEqualTo("r1 [-∞, +∞) LEADER down voter learner ·");
    }
}
