package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.GroupStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Splits that something comes in between of; by the numbers of {@code docs/scenarios.md}. */
class SplitStoriesTest {
    private final TestCluster cluster = new TestCluster(5);

    @BeforeEach
    void threeReplicas() {
        cluster.threeReplicas();
        cluster.put("a", "left");
        cluster.put("x", "right");
        cluster.run(500);
    }

    private TestStore leader() {
        return cluster.stores.get((int) cluster.view(1).leaderStore());
    }

    private GroupStatus status(TestStore store, long region) {
        return store.node.status().regions().stream()
                .map(each -> each.group())
                .filter(group -> group.group() == region)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void scenario34_ofTwoSplitsBackToBackTheSecondAndAWriteBehindThemAreNotEvenAppended() {
        TestStore leader = leader();
        Region before = cluster.region(1);
        long last = status(leader, 1).lastIndex();

        leader.agents.hold("apply");
        List<Long> first = cluster.placement.split(1, "g");
        List<Long> second = cluster.placement.split(1, "p");
        cluster.run(50);
        long write = cluster.send(
                cluster.view(1).leaderStore(), before, new KvCommand.Put(Key.utf8("b"), Value.utf8("v")), 5_000);
        cluster.run(200);

        assertThat(status(leader, 1).lastIndex()).isEqualTo(last + 1);
        assertThat(cluster.reply(write)).isEmpty();
        leader.agents.release("apply");
        cluster.until("the first split is reported", 1_000, () -> cluster.view(first.get(0)) != null);
        cluster.until("the write is answered", 1_000, () -> cluster.reply(write).isPresent());
        KvError answer = cluster.reply(write).orElseThrow().error();
        assertThat(answer.kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
        assertThat(answer.regions()).extracting(Region::id).containsExactly(first.get(0), 1L);
        cluster.run(1_000);
        assertThat(cluster.view(second.get(0))).isNull();
        assertThat(cluster.get("b")).isNull();
    }
}
