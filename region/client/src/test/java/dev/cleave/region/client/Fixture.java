package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.MemoryNetwork;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

/** A client and a fake cluster of three stores and one placement driver on virtual time. */
final class Fixture {
    final VirtualTime time = new VirtualTime();
    final MemoryNetwork network = new MemoryNetwork(time);
    final FakeCluster cluster = new FakeCluster(time, network.sibling(time), 3);
    final FakeCluster.FakePd pd = cluster.startPd(1);
    final CleaveClient client;
    final AsyncCleaveClient async;

    Fixture() {
        this(1, UnaryOperator.identity());
    }

    Fixture(long seed, UnaryOperator<ClientConfig> settings) {
        ClientConfig config = settings.apply(ClientConfig.defaults(List.of(FakeCluster.pdAddress(1))));
        client = CleaveClient.assemble(config, network, time, time, Randomness.seeded(seed));
        async = client.async();
    }

    <T> T run(CompletableFuture<T> future) {
        time.runUntilDone(future);
        return future.join();
    }

    /** Runs until the call fails, and returns how. */
    CleaveException failure(CompletableFuture<?> future) {
        time.runUntilDone(future);
        try {
            future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof CleaveException exception) {
                return exception;
            }
            throw failed;
        }
        throw new AssertionError("the call should have failed");
    }

    void put(String key, String value) {
        run(async.put(Key.utf8(key), Value.utf8(value)));
    }

    String get(String key) {
        return run(async.get(Key.utf8(key))).map(Value::toString).orElse("absent");
    }

    void settle() {
        time.advance(Duration.ofSeconds(30));
    }
}
