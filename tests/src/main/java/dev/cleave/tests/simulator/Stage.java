package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import java.util.Optional;
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
