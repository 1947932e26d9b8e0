package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.replica.ReplicaOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Four stores crash and return while regions divide, move and are written to. At the end every key holds a value that may be there, and all replicas
 * of a region hold the same.
 */
class StoreChaosTest {
    private static final int KEYS = 200;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void nothingAcknowledgedIsLost(long seed) {
        new Chaos(seed).run(120);
    }

    @Tag("long")
    @org.junit.jupiter.api.Test
    void nothingAcknowledgedIsLostInManyRuns() {
        for (long seed = 100; seed < 400; seed++) {
            new Chaos(seed).run(200);
        }
    }

    private static final class Chaos {
        private final long seed;
        private final Randomness randomness;
        private final TestCluster cluster;
        /** What each key may hold: the newest acknowledged value and all later ones whose fate is unknown. */
        private final Map<String, List<String>> possible = new TreeMap<>();

        private final Map<Long, Write> open = new HashMap<>();
        private int writes;

        private record Write(String key, String value) {}

        Chaos(long seed) {
            this.seed = seed;
            randomness = Randomness.seeded(seed);
            cluster = new TestCluster(seed);
            cluster.options = cluster.options.withReplicas(
                    new ReplicaOptions(4_096, 256, 64 << 10, 4, 20, 100_000_000L, 2_000_000_000L));
        }

        void run(int steps) {
            try {
                begin();
                for (int step = 0; step < steps; step++) {
                    act();
                    cluster.run(randomness.between(1, 120));
                    gather();
                }
                settle();
                check();
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
            }
        }

        private void begin() {
            cluster.addStore();
            cluster.awaitRegion(1);
            for (int store = 2; store <= 4; store++) {
                cluster.addStore();
            }
            cluster.until("all registered", () -> cluster.placement.stores.size() == 4);
            cluster.run(4_000);
            cluster.addVoter(1, 2);
            cluster.addVoter(1, 3);
        }

        private void act() {
            long dice = randomness.below(100);
            if (dice < 60) {
                for (int i = 0; i < 5; i++) {
                    write();
                }
            } else if (dice < 68) {
                crash();
            } else if (dice < 76) {
                restart();
            } else if (dice < 82) {
                split();
            } else if (dice < 95) {
                move();
            } else {
                transfer();
            }
        }

        private Optional<RegionView> anyRegion() {
            List<RegionView> all = new ArrayList<>(cluster.placement.regions.values());
            RegionView view = all.get((int) randomness.below(all.size()));
            return cluster.stores.get((int) view.leaderStore()).isUp() ? Optional.of(view) : Optional.empty();
        }

        private void write() {
            String key = String.format("k%03d", randomness.below(KEYS));
            Optional<RegionView> view = cluster.placement.regions.values().stream()
                    .filter(each -> each.region().range().contains(Key.utf8(key)))
                    .filter(each -> cluster.stores.get((int) each.leaderStore()).isUp())
                    .findFirst();
            if (view.isEmpty()
                    || open.values().stream().anyMatch(each -> each.key().equals(key))) {
                return;
            }
            String value = "v" + ++writes;
            KvCommand put = new KvCommand.Put(Key.utf8(key), Value.utf8(value));
            long id = cluster.send(view.get().leaderStore(), view.get().region(), put, 2_000);
            open.put(id, new Write(key, value));
            possible.computeIfAbsent(key, any -> new ArrayList<>(List.of("absent")))
                    .add(value);
        }

        private void gather() {
            for (Long id : List.copyOf(open.keySet())) {
                Optional<KvReply> reply = cluster.reply(id);
                if (reply.isEmpty()) {
                    continue;
                }
                Write write = open.remove(id);
                List<String> may = possible.get(write.key());
                if (reply.get().result() != null) {
                    may.clear();
                    may.add(write.value());
                } else if (reply.get().error().kind() != dev.cleave.region.protocol.KvError.Kind.UNDETERMINED) {
                    may.remove(write.value());
                }
            }
        }

        private void crash() {
            List<TestStore> up =
                    cluster.stores.values().stream().filter(TestStore::isUp).toList();
            if (up.size() > 2) {
                up.get((int) randomness.below(up.size())).crash();
                cluster.stores.values().stream().filter(store -> !store.isUp()).count();
                // Its answers will never come.
                open.clear();
            }
        }

        private void restart() {
            cluster.stores.values().stream()
                    .filter(store -> !store.isUp())
                    .findFirst()
                    .ifPresent(store -> store.start(cluster.options));
        }

        private void split() {
            if (cluster.placement.regions.size() >= 6) {
                return;
            }
            String key = String.format("k%03d", randomness.below(KEYS));
            anyRegion().ifPresent(view -> {
                boolean isInside = view.region().range().contains(Key.utf8(key))
                        && !view.region().range().startInclusive().equals(Key.utf8(key));
                if (isInside && !view.region().isJoint()) {
                    cluster.placement.split(view.region().id(), key);
                }
            });
        }

        /** One step of a move, whatever fits the region's state now. */
        private void move() {
            Optional<RegionView> view = anyRegion();
            if (view.isEmpty() || view.get().region().isJoint()) {
                return;
            }
            Region region = view.get().region();
            List<Peer> learners = region.peers().stream()
                    .filter(peer -> peer.role() == PeerRole.LEARNER)
                    .toList();
            if (learners.isEmpty()) {
                for (long store = 1; store <= 4; store++) {
                    if (region.peerOn(store).isEmpty()) {
                        Peer learner = new Peer(cluster.placement.nextId(), store, PeerRole.LEARNER);
                        order(region, new Action.ChangePeers(List.of(learner), List.of()));
                        return;
                    }
                }
            } else if (region.peers().size() > 3 && randomness.below(2) == 0) {
                List<Peer> voters = region.peers().stream()
                        .filter(peer -> peer.role() == PeerRole.VOTER
                                && peer.storeId() != view.get().leaderStore())
                        .toList();
                Peer in = learners.get(0);
                Peer out = voters.get((int) randomness.below(voters.size()));
                order(
                        region,
                        new Action.ChangePeers(
                                List.of(
                                        new Peer(in.replicaId(), in.storeId(), PeerRole.VOTER),
                                        new Peer(out.replicaId(), out.storeId(), PeerRole.LEARNER)),
                                List.of()));
            } else {
                order(region, new Action.ChangePeers(List.of(), learners));
            }
        }

        private void transfer() {
            anyRegion().ifPresent(view -> {
                List<Peer> peers = view.region().peers();
                order(
                        view.region(),
                        new Action.TransferLeader(
                                peers.get((int) randomness.below(peers.size())).replicaId()));
            });
        }

        private void order(Region region, Action action) {
            cluster.placement.order(region.id(), region.epoch(), action);
        }

        private void settle() {
            cluster.stores.values().stream()
                    .filter(store -> !store.isUp())
                    .forEach(store -> store.start(cluster.options));
            cluster.run(3_000);
            gather();
            for (long store = 1; store <= 4; store++) {
                assertThat(cluster.stores.get((int) store).orders).isEmpty();
            }
        }

        private void check() {
            for (Map.Entry<String, List<String>> each : possible.entrySet()) {
                String found = cluster.get(each.getKey());
                assertThat(each.getValue()).as(each.getKey()).contains(found == null ? "absent" : found);
            }
            cluster.run(8_000);
            for (RegionView view : cluster.placement.regions.values()) {
                long id = view.region().id();
                List<Optional<?>> digests = new ArrayList<>();
                view.region().peers().forEach(peer -> digests.add(cluster.digest(peer.storeId(), id)));
                assertThat(digests).as(view.region().toString()).allMatch(digests.get(0)::equals);
                assertThat(digests.get(0)).isPresent();
                for (long store = 1; store <= 4; store++) {
                    boolean isMember = view.region().peerOn(store).isPresent();
                    assertThat(cluster.holds(store, id))
                            .as("store " + store + " holds " + id)
                            .isEqualTo(isMember);
                }
            }
        }
    }
}
