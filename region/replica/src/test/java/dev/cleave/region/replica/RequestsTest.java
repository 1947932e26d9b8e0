package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftConfig;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final long MS = 1_000_000L;
    private static final long START = 77_000 * MS;

    private final GroupTable groups = new GroupTable();
    private final Requests requests = new Requests(untouchedLog(), groups);

    /** On a disk that takes a tenth of a second for a vote, each new attempt would undo the one before it. */
    @Test
    void whoeverStandsForElectionAgainAndAgainGivesEachAttemptMoreTime() {
        Group group = group();
        long begun = START + 10_000 * MS;
        List<Long> stoodAfterMillis = new ArrayList<>();

        requests.campaign(7, begun);
        stoodAfterMillis.add(0L);
        for (long now = begun; now < begun + 10_000 * MS; now += 10 * MS) {
            long term = group.raft.term();
            if (group.campaignsLeft > 0 && now - group.nextCampaignNanos >= 0) {
                requests.campaignAgain(group, now);
            }
            if (group.raft.term() > term) {
                stoodAfterMillis.add((now - begun) / MS);
            }
        }

        assertThat(stoodAfterMillis).containsExactly(0L, 100L, 300L, 700L, 1_500L);
    }

    private Group group() {
        GroupMaker maker = new GroupMaker(
                RaftConfig.defaults(),
                Randomness.seeded(1),
                new StoreLiveness(300 * MS, 1_500 * MS, START),
                () -> 0,
                START);
        GroupStart start = new GroupStart(
                7, 1, Membership.of(1, 2, 3), Places.NOWHERE, GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);
        Group group = maker.recovered(null, start, START);
        groups.add(group);
        return group;
    }

    private static RaftLogStore untouchedLog() {
        return (RaftLogStore) Proxy.newProxyInstance(
                RequestsTest.class.getClassLoader(),
                new Class<?>[] {RaftLogStore.class},
                (proxy, method, arguments) -> {
                    throw new AssertionError("nobody asks the log: " + method);
                });
    }
}
