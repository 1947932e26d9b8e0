package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.PlacementConfig;
import dev.cleave.placement.server.PlacementServer;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.store.StoreConfig;
import dev.cleave.region.store.StoreServer;
import dev.cleave.region.store.state.RegionDigest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job in four phases on real parts: Chronicle Queue, RocksDB, sockets, threads. */
class FourPhasesLoopbackTest {
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final Address NO_HTTP = new Address("127.0.0.1", 1);

    @TempDir
    private Path directory;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final FailureListener failures = (role, cause) -> failure.compareAndSet(null, cause);
    private final List<StoreServer> stores = new ArrayList<>();
    private PlacementServer placement;

    @Test
    void aRegionIsSplitAndItsNewHalfMovesToTwoOtherStoresWhileItServes() {
        // Phase 1: start.
        placement = PlacementServer.open(PlacementConfig.of(directory.resolve("pd"), ANY, null), failures);
        for (int number = 1; number <= 3; number++) {
            startStore(number);
        }
        RegionView whole = awaitRegions(1).get(0);
        try (CleaveClient client =
                CleaveClient.builder().pd(placement.address().toString()).build()) {
            for (int i = 100; i < 300; i++) {
                client.put("key" + i, "value" + i);
            }
            CompletableFuture<Long> load = CompletableFuture.supplyAsync(() -> overwriteUntilMoved(client));

            // Phase 2: split at a key while it serves.
            carryOut(new PdRequest.SplitRegion(whole.region().id(), List.of(Key.utf8("key200"))));
            long left = awaitRegions(2).get(0).region().id();
            assertThat(left).isNotEqualTo(whole.region().id());

            // Phases 3 and 4: two more stores; two replicas move there, each as a learner first.
            startStore(4);
            startStore(5);
            carryOut(new PdRequest.MigrateRegion(left, 1, 4));
            carryOut(new PdRequest.MigrateRegion(left, 2, 5));
            client.put("moved", "yes");

            assertThat(load.orTimeout(60, TimeUnit.SECONDS).join()).isPositive();
            RegionView moved = region(left);
            assertThat(moved.region().peers().stream().map(Peer::storeId)).containsExactlyInAnyOrder(3L, 4L, 5L);
            assertEqualReplicas();
            for (int i = 100; i < 300; i++) {
                assertThat(client.get("key" + i))
                        .hasValue(("value" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        assertThat(failure.get()).isNull();
    }

    private long overwriteUntilMoved(CleaveClient client) {
        long writes = 0;
        while (client.get("moved").isEmpty()) {
            int i = (int) (100 + writes % 200);
            client.put("key" + i, "value" + i);
            writes++;
        }
        return writes;
    }

    private void startStore(int number) {
        StoreServer store = StoreServer.open(
                StoreConfig.of(directory.resolve("store" + number), List.of(placement.address()), ANY, NO_HTTP)
                        .withEngineBytes(16L << 20),
                failures);
        stores.add(store);
        store.awaitServing(Duration.ofSeconds(30));
        assertThat(store.node().identity().storeId()).isEqualTo(number);
    }

    private List<RegionView> awaitRegions(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            List<RegionView> views = regions();
            return views.size() == count
                    && views.stream()
                            .allMatch(view -> view.leaderStore() != 0
                                    && view.region().peers().size() == 3
                                    && view.region().peers().stream().allMatch(Peer::isVoter)
                                    && !view.region().isJoint());
        });
        return regions();
    }

    private RegionView region(long id) {
        return regions().stream()
                .filter(view -> view.region().id() == id)
                .findFirst()
                .orElseThrow();
    }

    private List<RegionView> regions() {
        return ((PdReply.Regions) ask(new PdRequest.ListRegions(0))).regions();
    }

    private PdReply ask(PdRequest request) {
        CompletableFuture<PdReply> reply = new CompletableFuture<>();
        placement.node().ask(request, reply::complete);
        return reply.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void carryOut(PdRequest request) {
        PdReply reply = ask(request);
        assertThat(reply).isInstanceOf(PdReply.Accepted.class);
        long id = ((PdReply.Accepted) reply).operatorId();
        await().atMost(Duration.ofSeconds(60)).until(() -> operator(id).state() != OperatorView.State.RUNNING);
        assertThat(operator(id).state()).as(operator(id).toString()).isEqualTo(OperatorView.State.DONE);
    }

    private OperatorView operator(long id) {
        return ((PdReply.Operators) ask(new PdRequest.ListOperators(id)))
                .operators()
                .get(0);
    }

    private void assertEqualReplicas() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> regions().stream().allMatch(view -> {
                    List<String> digests = new ArrayList<>();
                    for (StoreServer store : stores) {
                        if (view.region()
                                .peerOn(store.node().identity().storeId())
                                .isPresent()) {
                            RegionDigest digest =
                                    store.node().digest(view.region().id()).orElseThrow();
                            digests.add(digest.keys() + " " + digest.checksum());
                        }
                    }
                    return digests.size() == 3 && digests.stream().distinct().count() == 1;
                }));
    }

    @AfterEach
    void stop() {
        stores.forEach(StoreServer::close);
        if (placement != null) {
            placement.close();
        }
    }
}
