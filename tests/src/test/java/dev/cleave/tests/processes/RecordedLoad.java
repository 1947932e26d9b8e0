package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
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
import java.util.concurrent.TimeUnit;

/** Reads and writes through the client library, each noted, and a judge of what was noted. */
final class RecordedLoad implements AutoCloseable {
    private static final int OPERATIONS_MAX = 2_000_000;
    private static final int CLIENTS = 4;
    private static final int JUDGE = 1_000_000;
    private static final Duration THINK = Duration.ofMillis(5);

    private final NettyNetwork network = new NettyNetwork("test-load", 1, WireOptions.defaults());
    private final History history = History.bounded(OPERATIONS_MAX);
    private final List<KeySpace> spaces;
    private final CleaveClient client;
    private final List<LoadGenerator> loads = new ArrayList<>();

    /** @param spaces the keys; each space has clients of its own */
    RecordedLoad(String pd, List<KeySpace> spaces) {
        this.spaces = List.copyOf(spaces);
        Randomness randomness = Randomness.seeded(network.clock().nanos());
        client = CleaveClient.assemble(
                ClientConfig.defaults(List.of(Address.parse(pd))),
                network,
                network.timers(),
                network.clock(),
                randomness.fork());
        ClientTarget target = new ClientTarget(client);
        for (KeySpace keys : spaces) {
            LoadConfig config = LoadConfig.defaults()
                    .withClients(CLIENTS)
                    .withMix(Mix.halfAndHalf())
                    .withKeys(keys, KeyChooser.uniform(keys.keys()))
                    .withThink(THINK);
            LoadGenerator load = new LoadGenerator(
                    config, number -> target, network.clock(), network.timers(), randomness.fork(), history);
            load.start();
            loads.add(load);
        }
    }

    /** What all clients together have come to. */
    record Ended(long ok, long failed, long undetermined, long hung, List<LoadSnapshot> each) {
        private static Ended of(List<LoadSnapshot> each) {
            return new Ended(
                    each.stream().mapToLong(LoadSnapshot::ok).sum(),
                    each.stream().mapToLong(LoadSnapshot::failed).sum(),
                    each.stream().mapToLong(LoadSnapshot::undetermined).sum(),
                    each.stream().mapToLong(LoadSnapshot::hung).sum(),
                    each);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            each.forEach(load ->
                    text.append(load.line()).append(' ').append(load.problems()).append('\n'));
            return text.toString();
        }
    }

    Ended soFar() {
        return Ended.of(loads.stream().map(LoadGenerator::snapshot).toList());
    }

    /** Waits until {@code more} further operations were answered in each of the spaces. */
    void awaitAnswers(int more, int seconds) {
        List<Long> before = loads.stream().map(load -> load.snapshot().ok()).toList();
        HandMade.awaitThat(more + " more operations are answered in each key space", seconds, () -> {
            for (int i = 0; i < loads.size(); i++) {
                if (loads.get(i).snapshot().ok() < before.get(i) + more) {
                    return false;
                }
            }
            return true;
        });
    }

    Ended stop() throws Exception {
        List<LoadSnapshot> each = new ArrayList<>();
        for (LoadGenerator load : loads) {
            each.add(load.stop().get(60, TimeUnit.SECONDS));
        }
        return Ended.of(each);
    }

    /** Reads every key once more, then judges everything: a write that was acknowledged and is gone cannot be explained. */
    Verdict judge() {
        for (KeySpace keys : spaces) {
            for (long number = 0; number < keys.keys(); number++) {
                KvCommand.Get get = new KvCommand.Get(keys.key(number));
                long id = history.called(JUDGE, get, network.clock().nanos());
                assertThat(id).as("room in the history").isPositive();
                KvResult found = new KvResult.Found(client.get(get.key()).orElse(null));
                history.ended(id, found, network.clock().nanos());
            }
        }
        return Linearizability.defaults().check(history);
    }

    @Override
    public void close() {
        client.close();
        network.close();
    }
}
