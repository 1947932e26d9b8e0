package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Seeds that once found something. What a seed means changes whenever the simulator does, so each bug also has a test of its own where it was;
 * these are kept because they are known to go near it.
 */
class NamedSeedsTest {
    /** A snapshot relied on room that a split had made in memory only (InstallTest). */
    @Test
    void aStoreStartsWithASnapshotAndAnUndividedParentSideBySide() {
        assertThat(new Run(126, 20).go().faults()).isPositive();
    }

    /** One turn had more entries of a group than a segment of the log holds (SharedLogContract). */
    @Test
    void manyLargeEntriesOfOneTurnFitTheLog() {
        assertThat(new Run(1, 20).go().operations()).isPositive();
        assertThat(new Run(9, 20).go().operations()).isPositive();
    }

    /** An unborn replica learnt what is committed, and had it applied before it was born (RestartTest). */
    @Test
    void aChildIsBornBeforeItsEntriesAreApplied() {
        assertThat(new Run(1108, 20).go().regions()).isPositive();
    }

    /**
     * An unborn child held a log, its parent was gone, and the only snapshot there was stood in the middle of that log (SnapshotTest, ReplicaHostTest). A sleeping leader was woken by
     * a hand-over that it then refused, and beat no more (SleepingGroupsTest). A leader that others had outrun was taken for one that lacks committed entries (by the referee alone).
     */
    @Test
    void nobodyIsLeftUnbornOrMute() {
        assertThat(new Run(1_651, 30).go().regions()).isPositive();
        assertThat(new Run(3_213, 30).go().regions()).isPositive();
        assertThat(new Run(1_554, 30).go().regions()).isPositive();
    }

    /** A voter that was yet to be born forgot in a restart who had called it, and the placement driver, which had not heard of the change, had it destroyed (VerdictsTest). */
    @Test
    void whoIsYetToBeBornOutlivesARestartOfItsStore() {
        assertThat(new Run(110_439, 30).go().operations()).isPositive();
    }

    /** Replicas that caught up lazily a few entries at a time could not be elected (LazyApplyTest). One caught up over changes of peers that nobody had been seen with (the referee alone). */
    @Test
    void followersThatApplyLazilyAreElectedAndJudgedByThePeersOfTheirOwnTime() {
        assertThat(new Run(54, 30).go().operations()).isPositive();
        assertThat(new Run(601, 30).go().operations()).isPositive();
    }

    /** All that a log knew of a split's child was lost by rot, and its parent bore it anew without its vote (BirthsTest). */
    @Test
    void aChildThatADamagedLogForgotIsNotBornAgain() {
        assertThat(new Run(80_339, 30).go().operations()).isPositive();
    }
}
