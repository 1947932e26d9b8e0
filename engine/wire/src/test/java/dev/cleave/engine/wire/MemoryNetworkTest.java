package dev.cleave.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Timers;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest extends NetworkContract {
    /** Runs what is due when a test says so; delays do not matter here. */
    private static final class ManualTimers implements Timers {
        private final ArrayDeque<Runnable> due = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            due.add(task);
        }

        @Override
        public Cancellable schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("links in memory do not wait");
        }

        void runAll() {
            for (Runnable task = due.poll(); task != null; task = due.poll()) {
                task.run();
            }
        }
    }

    private final ManualTimers timers = new ManualTimers();
    private MemoryNetwork first;

    @Override
    Network newNetwork(WireOptions options) {
        if (first == null) {
            first = new MemoryNetwork(timers, options);
            return first;
        }
        return first.sibling(timers);
    }

    @Override
    void drive() {
        timers.runAll();
    }

    /** One thread can neither wait for itself to greet nor to take a frame; the two tests differ here. */
    @Test
    @Override
    void nothingIsSentBeforeTheLinkIsOpen() {
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, recorder());
        Link link = network().connect(endpoint.address(), Hello::client, recorder());

        assertThat(link.send(ByteBuffer.allocate(1))).isFalse();
        assertThat(link.isOpen()).isFalse();
        drive();
        assertThat(link.send(ByteBuffer.allocate(1))).isTrue();
    }

    @Test
    @Override
    void unsentBytesAreBoundedAndComeFreeAgain() {
        WireOptions small = WireOptions.defaults().withUnsentBytesMax(1 << 20);
        Pair pair = connected(network(small), network(small));
        int sent = 0;
        while (pair.dialled().send(bytes(100_000, sent)) && sent < 1000) {
            sent++;
        }

        assertThat(sent).isEqualTo(10);
        drive();
        assertThat(pair.dialled().isWritable()).isTrue();
        assertThat(pair.dialled().send(bytes(100_000, 1))).isTrue();
    }

    @Test
    void nothingIsHeardBeforeTheTimersRun() {
        Recorder server = new Recorder(() -> {});
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, server);

        network().connect(endpoint.address(), Hello::client, recorder());

        assertThat(server.events).isEmpty();
        drive();
        assertThat(server.events).hasSize(1);
    }
}
