package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.client.Gathering;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.workload.ClientTarget;
import dev.cleave.region.workload.KeyChooser;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.LoadConfig;
import dev.cleave.region.workload.LoadGenerator;
import dev.cleave.region.workload.LoadSnapshot;
import dev.cleave.region.workload.Mix;
import dev.cleave.region.workload.Outcome;
import dev.cleave.region.workload.history.History;
import dev.cleave.region.workload.history.Linearizability;
import dev.cleave.region.workload.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The clients of a simulated cluster: the production client library under a load that is recorded. */
final class SimClients {
    static final int KEYS = 24;
    static final KeySpace KEY_SPACE = new KeySpace("k", KEYS);
    private static final int MACHINES = 2;
    private static final int CLIENTS_PER_MACHINE = 4;
    private static final int HISTORY_MAX = 200_000;
    /** So few requests at a time that the few clients of a machine gather. */
    private static final Gathering GATHERING = new Gathering(256, 512 << 10, 2, 1);

    /** The machine that probes. */
    private static final int PROBING = 0;

    /** The first client number under which probes stand in the history: above those of any load. */
    private static final int PROBER = 1_000_000;

    private static final long PROBE_AGAIN_NANOS = 100_000_000L;

    private final Habits habits;
    private final History history = History.bounded(HISTORY_MAX);
    private final List<LoadGenerator> loads = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final List<CompletableFuture<LoadSnapshot>> ends = new ArrayList<>();
    private final List<ClientTarget> targets = new ArrayList<>();
    private final List<Mayflies> mayflies = new ArrayList<>();
    private final Consumer<String> rare;
    private int unprobed;
    private int probes;

    SimClients(World world, SimNetwork network, int valueBytes, long thinkMillis, Consumer<String> rare) {
        this.rare = rare;
        habits = Habits.of(world.randomness().fork());
        for (int i = 0; i < MACHINES; i++) {
            Machine machine = new Machine(world, "client" + i);
            machines.add(machine);
            CleaveClient client = CleaveClient.assemble(
                    ClientConfig.defaults(List.of(SimPlacement.ADDRESS))
                            .withCallDeadline(habits.callDeadline())
                            .withScanPageBytes(habits.pageBytes())
                            .withGathering(GATHERING),
                    network.on(machine),
                    machine,
                    machine,
                    machine.randomness().fork());
            LoadConfig config = LoadConfig.defaults()
                    .withClients(CLIENTS_PER_MACHINE)
                    .withMix(Mix.everything())
                    .withKeys(
                            habits.keySpace(),
                            KeyChooser.uniform(habits.keySpace().keys()))
                    .withScanLimit(10)
                    .withValueBytes(valueBytes)
                    .withThink(Duration.ofMillis(thinkMillis));
            ClientTarget target = new ClientTarget(client.async());
            targets.add(target);
            mayflies.add(new Mayflies(machine, target, (1 + thinkMillis) * 4_000_000L, rare));
            loads.add(new LoadGenerator(
                    config,
                    number -> counted(target),
                    machine,
                    machine,
                    machine.randomness().fork(),
                    history));
        }
    }

    /** Counts refusals that are rare outside. */
    private KvTarget counted(KvTarget target) {
        return command -> target.ask(command).thenApply(outcome -> {
            if (outcome instanceof Outcome.NotApplied refused
                    && refused.reason().contains("disk is full")) {
                rare.accept("write-refused-on-full-disk");
            }
            return outcome;
        });
    }

    /** The keys that are used. */
    KeySpace keySpace() {
        return habits.keySpace();
    }

    /** Those used keys at which {@code range} may be divided. */
    List<Key> keysInside(KeyRange range) {
        List<Key> inside = new ArrayList<>();
        for (int i = 0; i < keySpace().keys(); i++) {
            Key key = keySpace().key(i);
            if (range.contains(key) && !key.equals(range.startInclusive())) {
                inside.add(key);
            }
        }
        return inside;
    }

    void start() {
        loads.forEach(LoadGenerator::start);
        mayflies.forEach(Mayflies::start);
    }

    void stop() {
        loads.forEach(load -> ends.add(load.stop()));
        mayflies.forEach(Mayflies::stop);
    }

    /** Reads and then writes every key, each again and again until it is answered; all goes into the history. */
    void probe() {
        unprobed = (int) keySpace().keys();
        for (int number = 0; number < keySpace().keys(); number++) {
            int client = PROBER + number;
            Key key = keySpace().key(number);
            ask(client, () -> new KvCommand.Get(key), () -> ask(client, () -> put(key), () -> unprobed--));
        }
    }

    /** Each attempt writes another value: of one that got no answer nobody knows whether it was applied. */
    private KvCommand put(Key key) {
        return new KvCommand.Put(key, Value.utf8("probe-" + ++probes));
    }

    private void ask(int client, Supplier<KvCommand> next, Runnable then) {
        Machine machine = machines.get(PROBING);
        KvCommand command = next.get();
        long id = history.called(client, command, machine.nanos());
        Invariant.check(id != 0, "the history has room for probes");
        targets.get(PROBING).ask(command).whenComplete((outcome, error) -> {
            if (outcome instanceof Outcome.Ok ok) {
                history.ended(id, ok.result(), machine.nanos());
                then.run();
            } else {
                history.unknown(id);
                machine.schedule(PROBE_AGAIN_NANOS, () -> ask(client, next, then));
            }
        });
    }

    boolean areProbed() {
        return unprobed == 0;
    }

    boolean haveEnded() {
        return ends.stream().allMatch(CompletableFuture::isDone)
                && mayflies.stream().allMatch(Mayflies::hasEnded);
    }

    List<Machine> machines() {
        return machines;
    }

    long succeeded() {
        return loads.stream().mapToLong(LoadGenerator::succeeded).sum();
    }

    long hung() {
        return loads.stream().mapToLong(LoadGenerator::hung).sum();
    }

    /** Judges everything that was recorded; only a proof of linearizability passes. */
    void judge() {
        Verdict verdict = Linearizability.defaults().check(history);
        if (!verdict.isLinearizable()) {
            throw new Violation("history: " + verdict);
        }
    }
}
