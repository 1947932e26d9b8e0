package dev.cleave.region.store.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.protocol.RegionLoad;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskedLatelyTest {
    private static final long SECOND = 1_000_000_000L;
    private final AskedLately asked = new AskedLately();

    @Test
    void theBusiestOfFiveSecondsAreToldUntilTheNextFiveAreOver() {
        List<RegionLoad> before = List.of(new RegionLoad(9, 1, 1));
        asked.add(1, new Load.Window(100, 40, List.of()));
        asked.add(2, new Load.Window(1, 0, List.of()));
        asked.add(3, new Load.Window(0, 0, List.of()));
        assertThat(asked.windowEnds(SECOND, before)).isSameAs(before);
        asked.add(1, new Load.Window(20, 10, List.of()));
        asked.add(2, new Load.Window(999, 999, List.of()));

        assertThat(asked.windowEnds(4 * SECOND, before))
                .containsExactly(new RegionLoad(2, 1, 200), new RegionLoad(1, 14, 10));
        assertThat(asked.windowEnds(5 * SECOND, before)).isEmpty();
    }

    @Test
    void noMoreThanTheBusiestAreTold() {
        for (int region = 1; region <= 100; region++) {
            asked.add(region, new Load.Window(region * 5, 0, List.of()));
        }

        List<RegionLoad> busiest = asked.windowEnds(5 * SECOND, List.of());

        assertThat(busiest).hasSize(32);
        assertThat(busiest.get(0)).isEqualTo(new RegionLoad(100, 100, 0));
    }
}
