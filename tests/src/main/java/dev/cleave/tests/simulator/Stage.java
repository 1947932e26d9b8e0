package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RecoveredRegion;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.raft.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A simulated cluster for stories: verbs for what a story says, each of which takes as much virtual time as it needs. */
public final class Stage {
    private static final long LIMIT = 60_000_000_000L;

    private final SimCluster cluster;
    private final AsyncCleaveClient client;

    public Stage(long seed, int stores) {
        cluster = new SimCluster(seed, stores);
        Machine machine = new Machine(cluster.world(), "storyteller");
        client = CleaveClient.assemble(
                        ClientConfig.defaults(List.of(SimPlacement.ADDRESS)),
                        cluster.network().on(machine),
                        machine,
                        machine,
                        machine.randomness().fork())
                .async();
    }

    public void startPlacement() {
        cluster.placement().start();
    }

    public void startStore(int number) {
        cluster.stores().get(number - 1).start();
    }

    public void killStore(int number) {
        cluster.stores().get(number - 1).kill(false);
        cluster.watch().forget(number);
    }

    public void cutPowerEverywhere() {
        for (SimStore store : cluster.stores()) {
            if (store.isUp()) {
                store.kill(true);
                cluster.watch().forget(store.number());
            }
        }
        cluster.placement().kill(true);
    }

    /** As the placement driver: it comes back with what its disks hold. */
    public void killPlacement() {
        cluster.placement().kill(false);
    }

    /** Cuts a store off from all other hosts but the storyteller. */
    public void cutOffStore(int number) {
        SimStore one = cluster.stores().get(number - 1);
        cluster.stores().stream()
                .filter(other -> other.number() != number)
                .forEach(other -> cluster.network().cutBothWays(one.host(), other.host()));
        cluster.network().cutBothWays(one.host(), SimPlacement.ADDRESS.host());
    }

    public void heal() {
        cluster.network().healAll();
    }

    public void pass(long millis) {
        cluster.runFor(millis * 1_000_000L);
    }

    /**
     * A person is about to let regions go on without {@code lost} stores: what the placement driver has told may be lost is legal to lose from now on, and nothing else.
     */
    public void mayBeLost(List<RecoveredRegion> regions, Set<Long> lost) {
        for (RecoveredRegion told : regions) {
            Region region = cluster.referee().territory().regions().stream()
                    .filter(each -> each.id() == told.regionId())
                    .findFirst()
                    .orElseThrow();
            Membership left = Membership.of(region.peers().stream()
                    .filter(peer -> peer.isVoter() && !lost.contains(peer.storeId()))
                    .mapToLong(Peer::replicaId)
                    .toArray());
            cluster.referee().recovers(told.regionId(), left, told.replicaId(), told.commitIndex());
            cluster.watch().recovers(told.regionId(), left);
        }
    }

    /** The id that PD has given to a store. */
    public long storeId(int number) {
        cluster.runUntil(
                "store " + number + " has an id",
                LIMIT,
                () -> cluster.stores().get(number - 1).storeId() != 0);
        return cluster.stores().get(number - 1).storeId();
    }

    /** Waits until {@code count} regions tile the key space, each with three voters and a leader. */
    public List<RegionView> awaitWholeRegions(int count) {
        cluster.runUntil(count + " whole regions", LIMIT, () -> {
            cluster.askRegions();
            List<RegionView> views = cluster.seenRegions();
            return views.size() == count && views.stream().allMatch(Stage::isWhole);
        });
        return cluster.seenRegions();
    }

    private static boolean isWhole(RegionView view) {
        return view.leaderStore() != 0
                && view.region().peers().size() == 3
                && view.region().peers().stream().allMatch(peer -> peer.role() == PeerRole.VOTER);
    }

    public RegionView region(long id) {
        cluster.askRegions();
        cluster.runFor(100_000_000L);
        return cluster.seenRegions().stream()
                .filter(view -> view.region().id() == id)
                .findFirst()
                .orElseThrow();
    }

    public void put(String key, String value) {
        await("put " + key, client.put(Key.utf8(key), Value.utf8(value)));
    }

    /** Asks again when nobody knows what became of the write: it may be applied twice. */
    public void putOnceOrMore(String key, String value) {
        for (int attempt = 0; attempt < 20; attempt++) {
            CompletableFuture<?> put = client.put(Key.utf8(key), Value.utf8(value));
            cluster.runUntil("put " + key, LIMIT, put::isDone);
            if (!put.isCompletedExceptionally()) {
                return;
            }
        }
        throw new Violation("never written: " + key);
    }

    public Optional<String> get(String key) {
        return await("get " + key, client.get(Key.utf8(key)))
                .map(value -> new String(value.bytes(), java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Asks PD for an operator and follows it to its end; returns what was done, step by step. */
    public OperatorView carryOut(PdRequest request) {
        PdReply reply = ask(request);
        if (!(reply instanceof PdReply.Accepted accepted)) {
            throw new Violation(request + " was answered " + reply);
        }
        OperatorView[] seen = new OperatorView[1];
        cluster.runUntil("operator " + accepted.operatorId() + " has ended", LIMIT, () -> {
            cluster.ask(new PdRequest.ListOperators(accepted.operatorId()), found -> {
                if (found instanceof PdReply.Operators operators
                        && !operators.operators().isEmpty()) {
                    seen[0] = operators.operators().get(0);
                }
            });
            return seen[0] != null && seen[0].state() != OperatorView.State.RUNNING;
        });
        return seen[0];
    }

    /** Carries {@code request} out, and meanwhile {@code everyMillis} begins a put of some of {@code keys}; returns the longest that one of them took. */
    public long longestPutMillisBeside(PdRequest request, List<String> keys, long everyMillis) {
        PdReply reply = ask(request);
        if (!(reply instanceof PdReply.Accepted accepted)) {
            throw new Violation(request + " was answered " + reply);
        }
        boolean[] hasEnded = new boolean[1];
        long[] longestNanos = new long[1];
        List<CompletableFuture<?>> puts = new ArrayList<>();
        for (int i = 0; !hasEnded[0] || i < keys.size(); i++) {
            String key = keys.get(i % keys.size());
            long begun = cluster.world().nanos();
            puts.add(client.put(Key.utf8(key), Value.utf8("value" + i))
                    .thenRun(() -> longestNanos[0] =
                            Math.max(longestNanos[0], cluster.world().nanos() - begun)));
            cluster.ask(new PdRequest.ListOperators(accepted.operatorId()), found -> {
                hasEnded[0] |= found instanceof PdReply.Operators operators
                        && !operators.operators().isEmpty()
                        && operators.operators().get(0).state() != OperatorView.State.RUNNING;
            });
            pass(everyMillis);
        }
        await("all puts", CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)));
        return longestNanos[0] / 1_000_000;
    }

    public PdReply ask(PdRequest request) {
        @Nullable PdReply[] reply = new PdReply[1];
        cluster.ask(request, answer -> reply[0] = answer);
        cluster.runUntil("PD answers " + request, LIMIT, () -> reply[0] != null);
        return dev.cleave.engine.base.Invariant.present(reply[0], "an awaited answer");
    }

    /** Waits until every replica of every region holds the same, and nobody holds a replica too many. */
    public void awaitEqualReplicas() {
        cluster.runUntil("replicas are equal", LIMIT, () -> {
            cluster.askRegions();
            return Run.hasNoExtraReplicas(cluster) && Run.areEqual(cluster);
        });
    }

    /** How many replicas a store holds. */
    public int replicasOn(int number) {
        return cluster.stores().get(number - 1).statuses().size();
    }

    private <T> T await(String what, CompletableFuture<T> future) {
        cluster.runUntil(what, LIMIT, future::isDone);
        return future.join();
    }
}
