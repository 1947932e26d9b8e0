package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.EngineFailure;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.PdRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A byte of a table of the engine rots on a real disk. Whoever reads it stops the store; the next start salvages what can be read, puts the
 * replica concerned aside and serves; the others go on, and the lost one is made anew from its peers.
 */
class DamagedTableLoopbackTest {
    @TempDir
    private Path directory;

    @Test
    void theRegionWhoseTableHasRottedIsMadeAnewTheOtherKeepsItsReplicaAndEveryKeyIsRight() throws IOException {
        Map<String, String> written = new TreeMap<>();
        try (RealCluster cluster = new RealCluster(directory, 3);
                CleaveClient client = cluster.client()) {
            long right = cluster.regions().get(0).region().id();
            cluster.ask(new PdRequest.SplitRegion(right, List.of(Key.utf8("m"))));
            await().until(() -> cluster.regions().size() == 2);
            cluster.awaitThreeVoters();
            long left = cluster.regions().get(0).region().id();
            writeTo(client, written);
            cluster.awaitEqualReplicas(3, 1, left);
            cluster.awaitEqualReplicas(3, 1, right);
            long oldLeft = cluster.peerOn(3, left).replicaId();
            long oldRight = cluster.peerOn(3, right).replicaId();
            cluster.stop(3);
            flipAByteOf(written.get("x100"), cluster.directoryOf(3).resolve("engine"));
            cluster.start(3);
            assertThatThrownBy(() -> cluster.digest(3, right)).isInstanceOf(EngineFailure.class);
            cluster.stop(3);
            cluster.forgetFailures();
            written.put("x001", "served by the others");
            client.put("x001", "served by the others");

            cluster.start(3);

            cluster.awaitSuccessor(3, right, oldRight);
            cluster.awaitThreeVoters();
            written.put("x100", "after");
            client.put("x100", "after");
            cluster.awaitEqualReplicas(3, 1, left);
            cluster.awaitEqualReplicas(3, 1, right);
            assertThat(cluster.peerOn(3, left).replicaId()).isEqualTo(oldLeft);
            written.forEach((key, value) ->
                    assertThat(client.get(key)).as(key).hasValue(value.getBytes(StandardCharsets.UTF_8)));
            assertThat(cluster.failures()).isEmpty();
        }
    }

    /** Values that do not compress, so that they stand in the table as they are. */
    private static void writeTo(CleaveClient client, Map<String, String> written) {
        Randomness randomness = Randomness.seeded(7);
        for (int i = 0; i < 200; i++) {
            for (String side : new String[] {"a", "x"}) {
                StringBuilder value = new StringBuilder();
                while (value.length() < 200) {
                    value.append((char) randomness.between(33, 126));
                }
                String key = String.format(Locale.ROOT, "%s%03d", side, i);
                client.put(key, value.toString());
                written.put(key, value.toString());
            }
        }
    }

    private static void flipAByteOf(String value, Path engine) throws IOException {
        int flipped = 0;
        try (Stream<Path> files = Files.list(engine)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(value.substring(50, 60));
                if (at >= 0) {
                    bytes[at] ^= 0x20;
                    Files.write(file, bytes);
                    flipped++;
                }
            }
        }
        assertThat(flipped).as("tables that hold the value").isPositive();
    }
}
