package dev.cleave.tests.simulator;

import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.workload.ClientTarget;
import dev.cleave.region.workload.KeyChooser;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.region.workload.LoadConfig;
import dev.cleave.region.workload.LoadGenerator;
import dev.cleave.region.workload.LoadSnapshot;
import dev.cleave.region.workload.Mix;
import dev.cleave.region.workload.history.History;
import dev.cleave.region.workload.history.Linearizability;
import dev.cleave.region.workload.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The clients of a simulated cluster: the production client library under a load that is recorded. */
final class SimClients {
    static final int KEYS = 24;
    static final KeySpace KEY_SPACE = new KeySpace("k", KEYS);
    private static final int MACHINES = 2;
    private static final int CLIENTS_PER_MACHINE = 4;
    private static final int HISTORY_MAX = 200_000;

    private final Habits habits;
    private final History history = History.bounded(HISTORY_MAX);
    private final List<LoadGenerator> loads = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final List<CompletableFuture<LoadSnapshot>> ends = new ArrayList<>();

    SimClients(World world, SimNetwork network, int valueBytes, long thinkMillis) {
        habits = Habits.of(world.randomness().fork());
        for (int i = 0; i < MACHINES; i++) {
            Machine machine = new Machine(world, "client" + i);
            machines.add(machine);
            CleaveClient client = CleaveClient.assemble(
                    ClientConfig.defaults(List.of(SimPlacement.ADDRESS))
                            .withCallDeadline(habits.callDeadline())
                            .withScanPageBytes(habits.pageBytes()),
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
            loads.add(new LoadGenerator(
                    config,
                    number -> target,
                    machine,
                    machine,
                    machine.randomness().fork(),
                    history));
        }
    }

    /** The keys that are used. */
    KeySpace keySpace() {
        return habits.keySpace();
    }

    void start() {
        loads.forEach(LoadGenerator::start);
    }

    void stop() {
        loads.forEach(load -> ends.add(load.stop()));
    }

    boolean haveEnded() {
        return ends.stream().allMatch(CompletableFuture::isDone);
    }

    List<Machine> machines() {
        return machines;
    }

    long succeeded() {
        return loads.stream().mapToLong(load -> load.snapshot().ok()).sum();
    }

    long hung() {
        return loads.stream().mapToLong(load -> load.snapshot().hung()).sum();
    }

    /** Judges everything that was recorded; only a proof of linearizability passes. */
    void judge() {
        Verdict verdict = Linearizability.defaults().check(history);
        if (!verdict.isLinearizable()) {
            throw new Violation("history: " + verdict);
        }
    }
}
