package dev.cleave.region.store.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.store.state.PublishedRegions;
import org.junit.jupiter.api.Test;

class RangesTest {
    private static final KeyRange LEFT = KeyRange.of(Key.EMPTY, Key.utf8("m"));

    private final Ranges ranges = new Ranges(new PublishedRegions());

    /** Else a child's snapshot is laid beside an undivided parent whose data are still to be destroyed. Simulator seed 32045, 30 s. */
    @Test
    void whatIsStillToBeDestroyedIsInTheWay() {
        ranges.keep(1, KeyRange.ALL);

        assertThat(ranges.reserve(9, LEFT)).isPresent();

        ranges.release(1);
        assertThat(ranges.reserve(9, LEFT)).isEmpty();
    }
}
