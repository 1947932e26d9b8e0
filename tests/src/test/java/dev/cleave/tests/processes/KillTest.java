package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.region.workload.history.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Processes end, by kill -9 and by SIGTERM, while clients read and write: nothing that was acknowledged is lost, and three regions go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
class KillTest {
    private static final int STORES = 3;
    private static final List<String> NODES = List.of("pd", "store1", "store2", "store3");
    private static final int ROUNDS = 3;
    private static final long KEYS = 300;
    /** About 10 s to elect and be found, and as much again for a machine with other work. */
    private static final Duration SERVING_AGAIN = Duration.ofSeconds(20);

    private HandMade cluster;
    private int loads;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        cluster = new HandMade(directory);
        cluster.startAll(STORES);
        long whole = cluster.regions().get(0).region().id();
        cluster.cli("region", "split", Long.toString(whole), "--at", "load-2", "--at", "load-3", "--wait")
                .expect(0);
        cluster.awaitWhole(STORES);
        assertThat(cluster.regions()).hasSize(3);
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aLeadersStoreIsKilledAndStartedAgainAndNothingIsLost() throws Exception {
        try (RecordedLoad load = newLoad()) {
            load.awaitAnswers(300, 30);
            String leader = "store" + cluster.leaderOf(cluster.regions().get(0));

            cluster.kill(leader);
            assertServing();
            load.awaitAnswers(300, 30);
            cluster.start(leader);
            cluster.awaitWhole(STORES);

            RecordedLoad.Ended ended = load.stop();
            assertThat(ended.failed()).as(ended.toString()).isZero();
            assertLinearizable(load);
        }
    }

    @Test
    void aStoreThatIsAskedToStopMovesItsLeadersFirstAndNoOperationFails() throws Exception {
        try (RecordedLoad load = newLoad()) {
            load.awaitAnswers(300, 30);
            String leader = "store" + cluster.leaderOf(cluster.regions().get(0));
            int logged = cluster.command.log(leader).length();

            assertThat(cluster.terminate(leader)).isZero();
            load.awaitAnswers(300, 30);

            RecordedLoad.Ended ended = load.stop();
            assertThat(ended.failed() + ended.undetermined() + ended.hung())
                    .as(ended.toString())
                    .isZero();
            assertThat(cluster.command.log(leader).substring(logged)).contains("leadersMoved=true");
            assertLinearizable(load);
            cluster.start(leader);
            cluster.awaitWhole(STORES);
        }
    }

    @Test
    void eachIsKilledInTurnThenAllAtOnceAndNothingIsLost() throws Exception {
        try (RecordedLoad load = newLoad()) {
            for (int round = 1; round <= ROUNDS; round++) {
                long failedBefore = load.soFar().failed();
                for (String name : NODES) {
                    load.awaitAnswers(500, 60);
                    cluster.kill(name);
                    load.awaitAnswers(500, 60);
                    cluster.start(name);
                    cluster.awaitWhole(STORES);
                }
                assertThat(load.soFar().failed()).as(load.soFar().toString()).isEqualTo(failedBefore);

                // While nobody is there operations fail, in time and for sure; what has succeeded stays.
                cluster.killAll();
                for (String name : NODES) {
                    cluster.start(name);
                }
                cluster.awaitListening();
                assertServing();
                cluster.awaitWhole(STORES);
                load.awaitAnswers(500, 60);
            }
            load.stop();
            assertLinearizable(load);
        }
    }

    private RecordedLoad newLoad() {
        // Every load has keys of its own in each region: a history starts with keys that nobody has written.
        loads++;
        return new RecordedLoad(
                cluster.pd(),
                List.of(
                        new KeySpace("load-1-" + loads + "-", KEYS / 3),
                        new KeySpace("load-2-" + loads + "-", KEYS / 3),
                        new KeySpace("load-3-" + loads + "-", KEYS / 3)));
    }

    /** Every region takes a write soon. */
    private void assertServing() {
        long start = System.nanoTime();
        try (CleaveClient client = CleaveClient.builder()
                .pd(cluster.pd())
                .callDeadline(SERVING_AGAIN)
                .build()) {
            for (String key : List.of("a", "load-2", "z")) {
                client.put(key, "probe");
                assertThat(client.get(key)).hasValue(Value.utf8("probe").bytes());
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SERVING_AGAIN);
    }

    private static void assertLinearizable(RecordedLoad load) {
        Verdict verdict = load.judge();
        assertThat(verdict.isLinearizable()).as(verdict.toString()).isTrue();
    }
}
