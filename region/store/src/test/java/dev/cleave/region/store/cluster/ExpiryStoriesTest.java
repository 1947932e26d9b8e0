package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.store.state.DataKeys;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values with a time to live, on three stores whose clocks need not agree. */
class ExpiryStoriesTest {
    private static final long SECOND = 1_000;
    private static final Value VALUE = Value.utf8("v");

    private final TestCluster cluster = new TestCluster(31);

    @BeforeEach
    void threeReplicas() {
        cluster.threeReplicas();
    }

    private KvReply ask(KvCommand command) {
        long leader = cluster.view(1).leaderStore();
        return cluster.ask(leader, cluster.region(1), command);
    }

    private void put(String key, long ttlMillis) {
        assertThat(ask(new KvCommand.Put(Key.utf8(key), VALUE, ttlMillis)).result())
                .isEqualTo(new KvResult.Done());
    }

    private Value get(String key) {
        return ((KvResult.Found) ask(new KvCommand.Get(Key.utf8(key))).result()).value();
    }

    /** Pairs in a store's engine, gone or not. */
    private int held(TestStore store) {
        int[] pairs = new int[1];
        try (KvSnapshot snapshot = store.engine.snapshot()) {
            snapshot.scan(Family.DATA, DataKeys.toData(KeyRange.ALL), false, (key, stored) -> {
                pairs[0]++;
                return true;
            });
        }
        return pairs[0];
    }

    @Test
    void aValueIsSeenForItsTimeAndNeverAfter() {
        put("short", 2 * SECOND);
        put("long", 200 * SECOND);
        ask(new KvCommand.Put(Key.utf8("stays"), VALUE));
        cluster.run(1_900);
        assertThat(get("short")).isEqualTo(VALUE);

        cluster.run(200);

        assertThat(get("short")).isNull();
        assertThat(get("long")).isEqualTo(VALUE);
        KvResult scanned =
                ask(new KvCommand.Scan(KeyRange.ALL, 10, 1 << 20, false, false)).result();
        KvResult many = ask(new KvCommand.BatchGet(List.of(Key.utf8("short"), Key.utf8("stays"))))
                .result();
        assertThat(((KvResult.Pairs) scanned).pairs())
                .extracting(KvResult.Pair::key)
                .containsExactly(Key.utf8("long"), Key.utf8("stays"));
        assertThat(((KvResult.Pairs) many).pairs())
                .extracting(KvResult.Pair::key)
                .containsExactly(Key.utf8("stays"));
        assertThat(ask(new KvCommand.CompareAndSet(Key.utf8("short"), null, VALUE))
                        .result())
                .as("the key is free again")
                .isEqualTo(new KvResult.Compared(true, null));
    }

    @Test
    void theSpaceComesBackOnEveryReplicaAndOthersStay() {
        for (int i = 0; i < 50; i++) {
            put("gone" + i, SECOND);
        }
        put("long", 3_000 * SECOND);
        ask(new KvCommand.Put(Key.utf8("stays"), VALUE));
        cluster.run(2 * SECOND);
        assertThat(cluster.stores.values()).allMatch(store -> held(store) == 52);

        cluster.until(
                "swept everywhere",
                120_000,
                () -> cluster.stores.values().stream().allMatch(store -> held(store) == 2));

        assertThat(get("long")).isEqualTo(VALUE);
        assertThat(get("stays")).isEqualTo(VALUE);
    }

    @Test
    void aLeaderWhoseClockIsBehindDoesNotBringBackWhatAnEntryHasCalledGone() {
        long ahead = cluster.view(1).leaderStore();
        long behind = ahead % 3 + 1;
        cluster.stores.get((int) behind).wallMillis = -60 * SECOND;
        put("lock", 5 * SECOND);
        cluster.run(5 * SECOND);
        assertThat(ask(new KvCommand.CompareAndSet(Key.utf8("lock"), Value.utf8("other"), VALUE))
                        .result())
                .isEqualTo(new KvResult.Compared(false, null));

        cluster.lead(1, behind);

        assertThat(get("lock")).isNull();
        assertThat(ask(new KvCommand.CompareAndSet(Key.utf8("lock"), null, VALUE, SECOND))
                        .result())
                .isEqualTo(new KvResult.Compared(true, null));
    }

    @Test
    void aClockThatIsSetBackDoesNotBringBackWhatWasGone() {
        TestStore leader = cluster.stores.get((int) cluster.view(1).leaderStore());
        put("short", SECOND);
        cluster.run(SECOND);
        assertThat(get("short")).isNull();

        leader.wallMillis = -60 * SECOND;

        assertThat(get("short")).isNull();
    }

    @Test
    void whatExpiresIsSweptByALeaderThatHasItFromASnapshot() {
        for (int i = 0; i < 20; i++) {
            put("gone" + i, 30 * SECOND);
        }
        TestStore fourth = cluster.addStore();
        cluster.addVoter(1, fourth.number);
        cluster.until("the newcomer holds all", 20_000, () -> held(fourth) == 20);
        cluster.lead(1, fourth.number);

        cluster.until(
                "swept everywhere",
                180_000,
                () -> cluster.stores.values().stream().allMatch(store -> held(store) == 0));
    }
}
