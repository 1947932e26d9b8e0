package dev.cleave.bench;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.MemoryNetwork;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.client.Gathering;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.PdCodec;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: what does a put cost in the client, from the call to its end, and how much of it is the look into a route cache of so many regions? 64 at a time, one loop, a network in memory, and a
 * store that answers at once without reading what it is asked: with one region all 64 gather in one request; with many each finds a route of its own.
 *
 * <p>Last answer (29 November 2026, two shared and busy cores, one fork, three times two seconds, ± as much again): with one region 0.43 µs gathered and 0.62 µs by itself; with 10,000 regions
 * 1.85 and 1.75 µs. So a look into a cache of 10,000 routes, each on cold memory, costs about one microsecond; gathering costs nothing where nothing gathers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ClientCallBench {
    private static final int AT_ONCE = 64;
    private static final Address PLACEMENT = new Address("pd", 1);
    private static final Address STORE = new Address("store", 1);

    @Param({"1", "10000"})
    private int regions;

    @Param({"true", "false"})
    private boolean gathers;

    private final Loop loop = new Loop();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Value value = Value.own(new byte[128]);
    private final List<Region> all = new ArrayList<>();
    private final List<Key> keys = new ArrayList<>();
    private @Nullable AsyncCleaveClient client;

    /** Runs tasks in turn when it is told to; timers never ring. */
    private static final class Loop implements Timers, Clock {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Cancellable schedule(long delayNanos, Runnable task) {
            if (delayNanos <= 0) {
                tasks.add(task);
            }
            return () -> {};
        }

        @Override
        public long nanos() {
            return 1;
        }

        @Override
        public long wallMillis() {
            return 1;
        }

        void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    /** Answers each frame at once. */
    private record Server(java.util.function.Function<ByteBuffer, ByteBuffer> answers) implements LinkListener {
        @Override
        public void onOpen(Link link, Hello peer) {}

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            link.send(answers.apply(frame));
        }

        @Override
        public void onClose(Link link, String reason) {}
    }

    @Setup
    public void open() {
        MemoryNetwork network = new MemoryNetwork(loop);
        network.listen(STORE, () -> new Hello(Hello.STORE, 1, 1, 0, 1), new Server(ClientCallBench::done));
        network.listen(PLACEMENT, () -> new Hello(Hello.PLACEMENT, 1, 1, 0, 1), new Server(this::route));
        for (int i = 0; i < regions; i++) {
            KeyRange range = KeyRange.of(i == 0 ? Key.EMPTY : key(i), i + 1 == regions ? Key.EMPTY : key(i + 1));
            all.add(new Region(i + 1, range, Epoch.FIRST, List.of(new Peer(1, 1, PeerRole.VOTER))));
        }
        ClientConfig config =
                ClientConfig.defaults(List.of(PLACEMENT)).withGathering(gathers ? Gathering.defaults() : Gathering.OFF);
        AsyncCleaveClient opened = CleaveClient.assemble(config, network, loop, loop, Randomness.seeded(1))
                .async();
        client = opened;
        for (int i = 0; i < regions; i++) {
            keys.add(Key.utf8(String.format(Locale.ROOT, "user%08d-suffix", i)));
            opened.put(keys.get(i), value);
            loop.run();
        }
    }

    private static Key key(int number) {
        return Key.utf8(String.format(Locale.ROOT, "user%08d", number));
    }

    private static ByteBuffer done(ByteBuffer frame) {
        return KvCodec.encodeReply(KvReply.ok(KvCodec.requestId(frame), new KvResult.Done()));
    }

    private ByteBuffer route(ByteBuffer frame) {
        PdRequest asked = PdCodec.decodeRequest(frame);
        StoreInfo store = new StoreInfo(1, STORE, STORE, StoreInfo.State.UP, 1, 1, 1, 1, 1, 1, 1);
        PdReply reply;
        if (asked instanceof PdRequest.ScanRoutes scan) {
            List<RegionView> found = all.stream()
                    .filter(region -> region.range().overlaps(scan.range()))
                    .limit(scan.limit())
                    .map(region -> new RegionView(region, 1, 1, 1, 1, 1, List.of(), List.of()))
                    .toList();
            reply = new PdReply.Routes(found, List.of(store));
        } else {
            reply = new PdReply.Status(1, List.of(PLACEMENT), PLACEMENT, 1, 1, 1, 0, 0, 0);
        }
        return PdCodec.encodeReply(PdCodec.requestId(frame), reply);
    }

    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public long put() {
        AsyncCleaveClient asked = Invariant.present(client, "the client is open");
        long[] ended = {0};
        for (int i = 0; i < AT_ONCE; i++) {
            Key key = keys.get(random.nextInt(regions));
            asked.put(key, value).thenRun(() -> ended[0]++);
        }
        loop.run();
        Invariant.check(ended[0] == AT_ONCE, "all have ended well", ended[0]);
        return ended[0];
    }
}
