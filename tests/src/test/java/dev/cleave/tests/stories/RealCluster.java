package dev.cleave.tests.stories;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A placement driver and stores in this process on real disks and sockets, for stories in which a disk is damaged while its store is down. */
final class RealCluster implements AutoCloseable {
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final Address NO_HTTP = new Address("127.0.0.1", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final TreeMap<Integer, StoreServer> stores = new TreeMap<>();
    private final PlacementServer placement;

    RealCluster(Path directory, int stores) {
        this.directory = directory;
        placement = PlacementServer.open(PlacementConfig.of(directory.resolve("pd"), ANY, null), failuresOf("pd"));
        for (int number = 1; number <= stores; number++) {
            start(number);
        }
        awaitThreeVoters();
    }

    private FailureListener failuresOf(String node) {
        return (role, cause) -> failures.add(node + " " + role + ": " + cause);
    }

    /** What has failed so far, in the words of the parts that did. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    void forgetFailures() {
        failures.clear();
    }

    Path directoryOf(int store) {
        return directory.resolve("store" + store);
    }

    CleaveClient client() {
        return CleaveClient.builder().pd(placement.address().toString()).build();
    }

    /** Returns once the store serves; throws if it cannot start. */
    void start(int number) {
        StoreServer store = StoreServer.open(
                StoreConfig.of(directoryOf(number), List.of(placement.address()), ANY, NO_HTTP)
                        .withEngineBytes(16L << 20),
                failuresOf("store" + number));
        stores.put(number, store);
        store.awaitServing(Duration.ofSeconds(30));
    }

    long idOf(int number) {
        return stores.get(number).node().identity().storeId();
    }

    void stop(int number) {
        stores.remove(number).close();
    }

    /** What the replica of {@code region} on a store holds; empty if there is none. Reads all of it. */
    Optional<String> digest(int store, long region) {
        return stores.get(store).node().digest(region).map(held -> held.keys() + " " + held.checksum());
    }

    void awaitEqualReplicas(int store, int other, long region) {
        await().atMost(PATIENCE)
                .until(() -> digest(store, region).isPresent()
                        && digest(store, region).equals(digest(other, region)));
    }

    Peer peerOn(int store, long region) {
        return view(region).region().peerOn(store).orElseThrow();
    }

    /** Returns once the region has a voter on {@code store} that is younger than replica {@code old}. */
    void awaitSuccessor(int store, long region, long old) {
        await().atMost(PATIENCE)
                .until(() -> view(region)
                        .region()
                        .peerOn(store)
                        .filter(peer -> peer.isVoter() && peer.replicaId() > old)
                        .isPresent());
    }

    /** All regions, by key. */
    List<RegionView> regions() {
        return ((PdReply.Regions) ask(new PdRequest.ListRegions(0))).regions();
    }

    RegionView view(long region) {
        return regions().stream()
                .filter(view -> view.region().id() == region)
                .findFirst()
                .orElseThrow();
    }

    PdReply ask(PdRequest request) {
        CompletableFuture<PdReply> reply = new CompletableFuture<>();
        placement.node().ask(request, reply::complete);
        return reply.orTimeout(10, TimeUnit.SECONDS).join();
    }

    void awaitThreeVoters() {
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> !regions().isEmpty() && regions().stream().allMatch(RealCluster::hasThreeVoters));
    }

    private static boolean hasThreeVoters(RegionView view) {
        return view.leaderStore() != 0
                && view.region().peers().size() == 3
                && view.region().peers().stream().allMatch(Peer::isVoter);
    }

    @Override
    public void close() {
        stores.values().forEach(StoreServer::close);
        placement.close();
    }
}
