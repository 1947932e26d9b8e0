package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.PlacementConfig;
import dev.cleave.placement.server.PlacementServer;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.store.StoreConfig;
import dev.cleave.region.store.StoreServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bit of a log rots on a real disk while its store is down: the replica is put aside, replaced, and all is whole again. */
class DamagedLogLoopbackTest {
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final Address NO_HTTP = new Address("127.0.0.1", 1);

    @TempDir
    private Path directory;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final FailureListener failures = (role, cause) -> failure.compareAndSet(null, cause);
    private final TreeMap<Integer, StoreServer> stores = new TreeMap<>();
    private PlacementServer placement;

    @Test
    void aReplicaWhoseLogHasRottedReturnsUnderANewIdWithEverything() throws IOException {
        placement = PlacementServer.open(PlacementConfig.of(directory.resolve("pd"), ANY, null), failures);
        for (int number = 1; number <= 3; number++) {
            start(number);
        }
        awaitThreeVoters();
        try (CleaveClient client =
                CleaveClient.builder().pd(placement.address().toString()).build()) {
            for (int i = 0; i < 100; i++) {
                client.put("key" + i, "needle" + i);
            }
            long old = peerOn(3).orElseThrow().replicaId();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> digest(3).equals(digest(1)) && digest(3).isPresent());
            stores.remove(3).close();
            flipABitBehind("needle50");

            start(3);

            await().atMost(Duration.ofSeconds(90))
                    .until(() -> peerOn(3)
                            .filter(peer -> peer.isVoter() && peer.replicaId() > old)
                            .isPresent());
            awaitThreeVoters();
            client.put("key50", "after");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> digest(3).equals(digest(1)) && digest(3).isPresent());
            assertThat(client.get("key51")).hasValue("needle51".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(failure.get()).isNull();
    }

    private void start(int number) {
        StoreServer store = StoreServer.open(
                StoreConfig.of(directory.resolve("store" + number), List.of(placement.address()), ANY, NO_HTTP)
                        .withEngineBytes(16L << 20),
                failures);
        stores.put(number, store);
        store.awaitServing(Duration.ofSeconds(30));
    }

    private void flipABitBehind(String text) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store3").resolve("log"))) {
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

    private Optional<String> digest(int number) {
        return stores.get(number)
                .node()
                .digest(region().region().id())
                .map(held -> held.keys() + " " + held.checksum());
    }

    private Optional<Peer> peerOn(long store) {
        return region().region().peerOn(store);
    }

    private RegionView region() {
        CompletableFuture<PdReply> reply = new CompletableFuture<>();
        placement.node().ask(new PdRequest.ListRegions(0), reply::complete);
        return ((PdReply.Regions) reply.orTimeout(10, TimeUnit.SECONDS).join())
                .regions()
                .get(0);
    }

    private void awaitThreeVoters() {
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(60))
                .until(() -> region().leaderStore() != 0
                        && region().region().peers().size() == 3
                        && region().region().peers().stream().allMatch(Peer::isVoter));
    }

    @AfterEach
    void stop() {
        stores.values().forEach(StoreServer::close);
        if (placement != null) {
            placement.close();
        }
    }
}
