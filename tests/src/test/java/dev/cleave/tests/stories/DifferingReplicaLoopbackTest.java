package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.RocksOptions;
import dev.cleave.engine.kv.RocksStore;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.CheckedReplica.Standing;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.store.state.DataKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value changes on a real disk in a way that no checksum of the engine notices: the check of the region does. */
class DifferingReplicaLoopbackTest {
    @TempDir
    private Path directory;

    @Test
    void scenario73_theReplicaThatDiffersIsFoundPutAsideAndRebuilt() {
        try (RealCluster cluster = new RealCluster(directory, 3);
                CleaveClient client = cluster.client()) {
            for (int i = 0; i < 100; i++) {
                client.put("key" + i, "value" + i);
            }
            long region = cluster.regions().get(0).region().id();
            cluster.awaitEqualReplicas(3, 1, region);
            assertThat(check(cluster, region).replicas())
                    .extracting(CheckedReplica::standing)
                    .containsOnly(Standing.AGREES);
            long old = cluster.peerOn(3, region).replicaId();
            cluster.stop(3);
            change(cluster.directoryOf(3).resolve("engine"), "key50", "value__");
            cluster.start(3);

            PdReply.Checked checked = check(cluster, region);

            assertThat(checked.replicas())
                    .filteredOn(replica -> replica.standing() == Standing.DIFFERS)
                    .extracting(CheckedReplica::replicaId)
                    .containsExactly(old);
            cluster.awaitSuccessor(3, region, old);
            cluster.awaitThreeVoters();
            cluster.awaitEqualReplicas(3, 1, region);
            assertThat(client.get("key50")).hasValue("value50".getBytes(StandardCharsets.UTF_8));
            assertThat(cluster.failures()).isEmpty();
        }
    }

    private static PdReply.Checked check(RealCluster cluster, long region) {
        AtomicReference<PdReply.Checked> end = new AtomicReference<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            if (cluster.ask(new PdRequest.CheckRegion(region)) instanceof PdReply.Checked checked
                    && checked.isWhole()) {
                end.set(checked);
            }
            return end.get() != null;
        });
        return end.get();
    }

    private static void change(Path engine, String key, String value) {
        try (RocksStore store = RocksStore.open(engine, RocksOptions.ofBudget(16L << 20))) {
            byte[] dataKey = DataKeys.toData(Key.utf8(key));
            assertThat(store.get(Family.DATA, dataKey)).isNotNull();
            KvBatch batch = store.newBatch();
            batch.put(Family.DATA, dataKey, DataKeys.toStored(Value.utf8(value)));
            store.write(batch);
            store.flush();
        }
    }
}
