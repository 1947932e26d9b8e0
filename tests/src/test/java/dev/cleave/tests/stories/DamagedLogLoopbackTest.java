package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.region.client.CleaveClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bit of a log rots on a real disk while its store is down: it is found, the replica is put aside, replaced, and all is whole again. */
class DamagedLogLoopbackTest {
    @TempDir
    private Path directory;

    @Test
    void aReplicaWhoseLogHasRottedReturnsUnderANewIdWithEverything() throws IOException {
        try (RealCluster cluster = new RealCluster(directory, 3);
                CleaveClient client = cluster.client()) {
            for (int i = 0; i < 100; i++) {
                client.put("key" + i, "needle" + i);
            }
            long region = cluster.regions().get(0).region().id();
            long old = cluster.peerOn(3, region).replicaId();
            cluster.awaitEqualReplicas(3, 1, region);
            cluster.stop(3);
            flipABitBehind("needle50", cluster.directoryOf(3).resolve("log"));

            // It was stopped in order, so its start reads no old segment; the scrub does, and the process would end.
            cluster.start(3);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> cluster.failures().stream().anyMatch(failure -> failure.contains("log is damaged")));
            cluster.stop(3);
            cluster.forgetFailures();
            cluster.start(3);

            cluster.awaitSuccessor(3, region, old);
            cluster.awaitThreeVoters();
            client.put("key50", "after");
            cluster.awaitEqualReplicas(3, 1, region);
            assertThat(client.get("key51")).hasValue("needle51".getBytes(StandardCharsets.UTF_8));
            assertThat(cluster.failures()).isEmpty();
        }
    }

    private static void flipABitBehind(String text, Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    bytes[at] ^= 0x20;
                    Files.write(file, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("no log file holds " + text);
    }
}
