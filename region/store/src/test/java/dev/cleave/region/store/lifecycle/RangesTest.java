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

        assertThat(ranges.reserve(9, 90, LEFT)).isPresent();

        ranges.ended(1, 10);
        assertThat(ranges.reserve(9, 90, LEFT)).isEmpty();
    }

    /** Else a snapshot of another region is installed, and the end of the first replica then destroys it. */
    @Test
    void aSnapshotThatComesNoMoreDoesNotGiveBackWhatItsReplicaKeepsUntilItIsDestroyed() {
        assertThat(ranges.reserve(1, 10, KeyRange.ALL)).isEmpty();
        ranges.keep(1, KeyRange.ALL);

        ranges.release(1, 10);

        assertThat(ranges.reserve(9, 90, LEFT)).isPresent();
        ranges.ended(1, 10);
        assertThat(ranges.reserve(9, 90, LEFT)).isEmpty();
    }

    @Test
    void aSnapshotForOneThatHasEndedReleasesNothingOfItsSuccessors() {
        assertThat(ranges.reserve(1, 10, LEFT)).isEmpty();
        ranges.ended(1, 10);
        assertThat(ranges.reserve(1, 11, LEFT)).isEmpty();

        ranges.release(1, 10);

        assertThat(ranges.reserve(9, 90, LEFT)).isPresent();
    }
}
