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

/**
 * A bit of a log rots on a real disk while its store is down. A start that reads the segment puts the replica aside, and it is replaced; the scrub of a start that did not has the segment
 * compacted away. Either way all is whole again.
 */
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

            // Without summaries its start reads every segment, as after a crash.
            deleteSummaries(cluster.directoryOf(3).resolve("log"));
            cluster.start(3);

            cluster.awaitSuccessor(3, region, old);
            cluster.awaitThreeVoters();
            client.put("key50", "after");
            cluster.awaitEqualReplicas(3, 1, region);
            assertThat(client.get("key51")).hasValue("needle51".getBytes(StandardCharsets.UTF_8));
            assertThat(cluster.failures()).isEmpty();
        }
    }

    @Test
    void whatRotsInAnOldSegmentIsCompactedAwayWhileTheStoreServes() throws IOException {
        try (RealCluster cluster = new RealCluster(directory, 3);
                CleaveClient client = cluster.client()) {
            for (int i = 0; i < 100; i++) {
                client.put("key" + i, "needle" + i);
            }
            long region = cluster.regions().get(0).region().id();
            long old = cluster.peerOn(3, region).replicaId();
            cluster.awaitEqualReplicas(3, 1, region);
            cluster.stop(3);
            Path log = cluster.directoryOf(3).resolve("log");
            flipABitBehind("needle50", log);
            assertThat(holds("Needle50", log)).isTrue();

            // It was stopped in order, so its start reads no old segment; the scrub does.
            cluster.start(3);
            await().atMost(Duration.ofSeconds(60)).until(() -> !holds("Needle50", log));

            client.put("key50", "after");
            cluster.awaitEqualReplicas(3, 1, region);
            assertThat(cluster.peerOn(3, region).replicaId()).isEqualTo(old);
            assertThat(cluster.failures()).isEmpty();
        }
    }

    private static boolean holds(String text, Path log) {
        try (Stream<Path> files = Files.list(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException changing) {
            // A segment went while it was read: ask again.
            return true;
        }
    }

    private static void deleteSummaries(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".summary")).toList()) {
                Files.delete(file);
            }
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
