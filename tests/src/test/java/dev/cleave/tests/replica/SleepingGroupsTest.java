package dev.cleave.tests.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftConfig;
import org.junit.jupiter.api.Test;

/** What many groups cost when they are idle, and how they are woken: on three hosts, on virtual time. */
class SleepingGroupsTest {
    private static final long SECOND = ManyGroups.SECOND;
    /** Three hosts to two others each: one frame per interval of 300 ms, and as many answers. */
    private static final long FRAMES_OF_BEATS = 6;

    @Test
    void awakeGroupsShareOneFrameAndOneAnswerPerPairOfStoresAndInterval() {
        ManyGroups many = new ManyGroups(100, RaftConfig.defaults().withSleepAfter(0));
        many.runUntil("leaders", 20 * SECOND, many::areLed);
        many.world.runFor(5 * SECOND);

        long before = many.frames;
        many.world.runFor(30 * SECOND);

        assertThat(many.frames - before)
                .as("100 intervals of 100 groups; a few frames are late by chance and come in two")
                .isBetween(100 * FRAMES_OF_BEATS, 105 * 2 * FRAMES_OF_BEATS);
    }

    @Test
    void sleepingGroupsSayNothingAndOnlyStoresBeat() {
        ManyGroups many = new ManyGroups(100, RaftConfig.defaults());
        many.runUntil("sleep", 30 * SECOND, () -> many.areLed() && many.areAsleep());

        long before = many.frames;
        many.world.runFor(30 * SECOND);

        assertThat(many.frames - before).isBetween(99 * FRAMES_OF_BEATS, 101 * FRAMES_OF_BEATS);
        assertThat(many.areAsleep()).isTrue();
    }

    @Test
    void aWriteWakesItsGroupAndNoOther() {
        ManyGroups many = new ManyGroups(20, RaftConfig.defaults());
        many.runUntil("sleep", 30 * SECOND, () -> many.areLed() && many.areAsleep());

        many.write(7);
        many.runUntil("a quick answer", SECOND / 10, () -> many.writesDone == 1);
        many.world.runFor(SECOND);

        assertThat(many.asleepOn(1)).isEqualTo(19);
        assertThat(many.asleepOn(2)).isEqualTo(19);
        many.runUntil("sleep again", 10 * SECOND, many::areAsleep);
    }

    @Test
    void aDeadStoreWakesOnlyWhomItLedAndTheyFindOtherLeaders() {
        ManyGroups many = new ManyGroups(60, RaftConfig.defaults());
        many.runUntil("sleep", 30 * SECOND, () -> many.areLed() && many.areAsleep());
        long led = many.ledBy(1);
        assertThat(led).isBetween(1L, 59L);

        many.hosts.get(1L).kill();
        many.world.runFor(2 * SECOND);
        assertThat(many.asleepOn(2)).isEqualTo(60 - led);
        assertThat(many.asleepOn(3)).isEqualTo(60 - led);
        many.runUntil("new leaders", 3 * SECOND, many::areLed);

        many.runUntil("the others sleep though one is dead", 60 * SECOND, many::areAsleep);
        many.start(1);
        many.runUntil("all sleep again", 60 * SECOND, () -> many.areLed() && many.areAsleep());
    }

    /** Silence is noticed after 1.5 s, four thousand groups wake per second, and nobody takes another's votes. */
    @Test
    void manyGroupsOfADeadStoreFindLeadersWithoutWaitingForEachOther() {
        ManyGroups many = new ManyGroups(2_000, RaftConfig.defaults());
        many.runUntil("sleep", 90 * SECOND, () -> many.areLed() && many.areAsleep());

        many.hosts.get(1L).kill();

        many.runUntil("new leaders", 2_600_000_000L, many::areLed);
        assertThat(many.ledBy(2)).isBetween(600L, 1_400L);
        many.runUntil("they sleep though one is dead", 10 * SECOND, many::areAsleep);
    }

    /** Who was woken for nothing beats, and falls asleep again: awake without a timer, it would be mute. */
    @Test
    void aHandOverThatIsRefusedLeavesNobodyAwakeWithoutATimer() {
        ManyGroups many = new ManyGroups(3, RaftConfig.defaults());
        many.runUntil("sleep", 30 * SECOND, () -> many.areLed() && many.areAsleep());
        many.hosts.get(3L).kill();
        many.runUntil("sleep without the dead", 90 * SECOND, () -> many.areLed() && many.areAsleep());
        long store = many.leader(2) == many.hosts.get(1L) ? 1 : 2;

        many.leader(2).replicas.transferLeader(2, 10 * 2 + 3);

        many.runUntil("it is awake", SECOND, () -> many.asleepOn(store) == 2);
        many.runUntil("it sleeps again", 90 * SECOND, many::areAsleep);
    }

    @Test
    void aStoreThatRestartsFasterThanItsSilenceIsNoticedWakesItsGroups() {
        ManyGroups many = new ManyGroups(30, RaftConfig.defaults());
        many.runUntil("sleep", 30 * SECOND, () -> many.areLed() && many.areAsleep());

        many.hosts.get(1L).kill();
        many.start(1);

        many.runUntil("leaders", 5 * SECOND, many::areLed);
        many.runUntil("sleep again", 60 * SECOND, () -> many.areLed() && many.areAsleep());
    }

    @Test
    void rule22_aStoreWithAStuckDiskIsSilentAndLosesItsGroups() {
        ManyGroups many = new ManyGroups(30, RaftConfig.defaults());
        many.runUntil("sleep", 30 * SECOND, () -> many.areLed() && many.areAsleep());
        long victim = many.ledBy(1) > 0 ? 1 : 2;
        long group = 1;
        while (many.leader(group) != many.hosts.get(victim)) {
            group++;
        }

        many.hosts.get(victim).stallDisk(60 * SECOND);
        many.tryToWrite(group);

        many.runUntil("others lead", 8 * SECOND, () -> many.areLed() && many.ledBy(victim) == 0);
        many.write(group);
        many.runUntil("a write", SECOND, () -> many.writesDone == 1);
    }

    /** rules: 117 */
    @Test
    void whatCameWhileAHostWasStoppedIsHeardBeforeItsTimersFire() {
        ManyGroups many = new ManyGroups(30, RaftConfig.defaults());
        many.runUntil("sleep", 30 * SECOND, () -> many.areLed() && many.areAsleep());
        long led = many.ledBy(1);

        many.hosts.get(2L).pause(SECOND);
        many.world.runFor(3 * SECOND);

        assertThat(many.areAsleep()).as("nobody was taken for silent").isTrue();
        assertThat(many.ledBy(1)).isEqualTo(led);
    }
}
