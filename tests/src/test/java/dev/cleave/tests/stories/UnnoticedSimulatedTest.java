package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.tests.simulator.Stage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On virtual time, where nothing else is slow: whoever writes beside a split or a move does not wait for as long as an election time-out. */
class UnnoticedSimulatedTest {
    /** Elections begin after 1 to 2 s without a leader. */
    private static final long ELECTION_MILLIS = 1_000;

    private static final List<String> KEYS =
            IntStream.range(100, 200).mapToObj(i -> "key" + i).toList();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aSplitAndTheMovesThatFollowHoldUpNobody(long seed) {
        Stage stage = new Stage(seed, 4);
        stage.startPlacement();
        List.of(1, 2, 3).forEach(stage::startStore);
        RegionView whole = stage.awaitWholeRegions(1).get(0);
        stage.startStore(4);
        KEYS.forEach(key -> stage.put(key, "before"));

        PdRequest split = new PdRequest.SplitRegion(whole.region().id(), List.of(Key.utf8("key150")));
        assertThat(stage.longestPutMillisBeside(split, KEYS, 7)).as("a split").isLessThan(ELECTION_MILLIS);
        for (RegionView half : stage.awaitWholeRegions(2)) {
            List<Long> homes = half.region().peers().stream().map(Peer::storeId).toList();
            long free = IntStream.rangeClosed(1, 4)
                    .mapToLong(stage::storeId)
                    .filter(store -> !homes.contains(store))
                    .findFirst()
                    .orElseThrow();
            PdRequest move = new PdRequest.MigrateRegion(half.region().id(), half.leaderStore(), free);
            assertThat(stage.longestPutMillisBeside(move, KEYS, 7))
                    .as("a move away from the leader's store")
                    .isLessThan(ELECTION_MILLIS);
        }
    }
}
