package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RecoveredRegion;
import dev.cleave.region.protocol.RegionView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disks of two of three stores are lost for good: on a person's word the third goes on with what it has. */
class LostMajorityLoopbackTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    @Test
    void scenario72_theSurvivorServesAfterItWasSaidWhatMayBeLostAndGrowsToThreeAgain() {
        try (RealCluster cluster = new RealCluster(directory, 3);
                CleaveClient client = cluster.client()) {
            for (int i = 0; i < 50; i++) {
                client.put("key" + i, "value" + i);
            }
            long region = cluster.regions().get(0).region().id();
            cluster.awaitEqualReplicas(1, 2, region);
            cluster.awaitEqualReplicas(1, 3, region);
            long survivor = cluster.idOf(1);
            List<Long> lost = List.of(cluster.idOf(2), cluster.idOf(3));
            assertThat(refusal(cluster, new PdRequest.RecoverRegions(lost, false)))
                    .contains("it is not lost");
            cluster.stop(2);
            cluster.stop(3);

            PdReply.Recovery dry = recovery(cluster, new PdRequest.RecoverRegions(lost, false));

            assertThat(dry.isBegun()).isFalse();
            assertThat(dry.regions()).extracting(RecoveredRegion::storeId).containsExactly(survivor);
            assertThat(dry.regions().get(0).text()).contains("is lost, if anything was");
            assertThat(cluster.view(region).region().peers()).hasSize(3);

            assertThat(recovery(cluster, new PdRequest.RecoverRegions(lost, true))
                            .isBegun())
                    .isTrue();

            await().atMost(PATIENCE).until(() -> {
                RegionView view = cluster.view(region);
                return view.leaderStore() == survivor && view.region().peers().size() == 1;
            });
            for (int i = 0; i < 50; i++) {
                assertThat(client.get("key" + i)).hasValue(("value" + i).getBytes(StandardCharsets.UTF_8));
            }
            client.put("key0", "after");
            assertThat(recovery(cluster, new PdRequest.RecoverRegions(lost, false))
                            .regions())
                    .isEmpty();
            cluster.start(4);
            cluster.start(5);
            cluster.awaitThreeVoters();
            cluster.awaitEqualReplicas(1, 4, region);
            assertThat(client.get("key0")).hasValue("after".getBytes(StandardCharsets.UTF_8));
            assertThat(cluster.failures()).isEmpty();
        }
    }

    private static String refusal(RealCluster cluster, PdRequest request) {
        return cluster.ask(request) instanceof PdReply.Refused refused ? refused.message() : "";
    }

    /** Refused as long as the lost stores have been heard of lately. */
    private static PdReply.Recovery recovery(RealCluster cluster, PdRequest request) {
        AtomicReference<PdReply.Recovery> told = new AtomicReference<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            if (cluster.ask(request) instanceof PdReply.Recovery recovery) {
                told.set(recovery);
            }
            return told.get() != null;
        });
        return told.get();
    }
}
