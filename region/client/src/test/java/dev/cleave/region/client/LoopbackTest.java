package dev.cleave.region.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.Network;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.PdCodec;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client over real sockets and threads, against one small store and placement driver. */
@Timeout(30)
class LoopbackTest {
    private static final Address ANY = new Address("127.0.0.1", 0);

    private final NettyNetwork servers = new NettyNetwork("servers", 1, WireOptions.defaults());
    private final ConcurrentSkipListMap<Key, Value> data = new ConcurrentSkipListMap<>();
    private volatile boolean isSilent;
    private Address storeAddress;
    private Address pdAddress;
    private CleaveClient client;

    @BeforeEach
    void start() {
        Network.Endpoint store = servers.listen(ANY, () -> new Hello(Hello.STORE, 5, 1, 0, 1), answering(this::kv));
        Network.Endpoint pd = servers.listen(ANY, () -> new Hello(Hello.PLACEMENT, 5, 1, 0, 1), answering(this::pd));
        storeAddress = store.address();
        pdAddress = pd.address();
        client = CleaveClient.builder()
                .pd(pdAddress.toString())
                .inFlight(64, 1 << 20)
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        client.close();
        servers.close();
    }

    @Test
    void theBlockingFaceReadsAndWrites() {
        client.put("a", "1");
        client.put(new byte[] {'b'}, new byte[] {'2'});

        assertThat(client.get("a")).contains("1".getBytes());
        assertThat(client.get(new byte[] {'b'})).contains(new byte[] {'2'});
        assertThat(client.get("c")).isEmpty();
        client.delete("a");
        assertThat(client.get("a")).isEmpty();
    }

    /** On every JDK from 17 on that is installed here: 17 and 25 where both are. */
    @Test
    void anApplicationNeedsNettyAndSlf4jAloneAndNoFlags() throws Exception {
        String light = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("netty-")
                        || entry.contains("slf4j-api")
                        || entry.contains("cleave")
                        || entry.endsWith("classes"))
                .filter(entry -> !entry.contains("assertj") && !entry.contains("junit"))
                .collect(Collectors.joining(File.pathSeparator));
        List<Path> jvms = jvms();
        assertThat(jvms).isNotEmpty();

        for (Path java : jvms) {
            Process process = new ProcessBuilder(
                            java.toString(), "-cp", light, LightMain.class.getName(), pdAddress.toString())
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(java + ": " + printed).isZero();
            assertThat(printed).contains("flags [] rows 2 value two");
        }
    }

    private static List<Path> jvms() throws IOException {
        Path own = Path.of(System.getProperty("java.home")).toRealPath();
        Set<Path> found = new TreeSet<>(Set.of(own.resolve("bin/java")));
        try (Stream<Path> others = Files.list(Objects.requireNonNull(own.getParent()))) {
            for (Path home : (Iterable<Path>) others::iterator) {
                Path release = home.resolve("release");
                boolean isModern = Files.isRegularFile(release)
                        && Files.readString(release).matches("(?s).*JAVA_VERSION=\"(1[7-9]|[2-9][0-9])[.\"].*");
                if (isModern && Files.isExecutable(home.resolve("bin/java"))) {
                    found.add(home.toRealPath().resolve("bin/java"));
                }
            }
        }
        return List.copyOf(found);
    }

    @Test
    void aStreamFetchesPageByPage() {
        for (int i = 0; i < 50; i++) {
            data.put(Key.utf8(String.format("k%02d", i)), Value.utf8("v" + i));
        }

        assertThat(client.stream(ScanRequest.prefix("k")).map(KeyValue::keyText))
                .hasSize(50)
                .isSorted();
        assertThat(client.stream(ScanRequest.prefix("k").limit(17))).hasSize(17);
        assertThat(client.scan(KeyRange.ALL, 5)).hasSize(5);
        ScanIterator reverse = client.iterate(ScanRequest.prefix("k").reversed());
        assertThat(reverse.next().keyText()).isEqualTo("k49");
    }

    @Test
    void manyThreadsWaitForRoomInsteadOfBeingRefused() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(8);
        List<Throwable> failures = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            new Thread(() -> {
                        try {
                            for (int i = 0; i < 200; i++) {
                                client.put("t" + number + "/" + i, "x".repeat(4000));
                            }
                        } catch (RuntimeException failed) {
                            synchronized (failures) {
                                failures.add(failed);
                            }
                        } finally {
                            done.countDown();
                        }
                    })
                    .start();
        }

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
        assertThat(data).hasSize(1600);
    }

    @Test
    void futuresEndOffTheEventLoopSoThatTheyMayBlock() throws Exception {
        CompletableFuture<String> chained = client.async().put("a", "1").thenApply(done -> {
            client.put("b", "2");
            return Thread.currentThread().getName();
        });

        assertThat(chained.get(10, TimeUnit.SECONDS)).doesNotContain("cleave-client-1");
        assertThat(client.get("b")).isPresent();
    }

    @Test
    void aFailureShowsTheCallersStackAndTheDeadlineHolds() {
        client.put("a", "1");
        isSilent = true;

        assertThatThrownBy(() -> client.withDeadline(Duration.ofMillis(150)).put("a", "2"))
                .isInstanceOf(UndeterminedException.class)
                .satisfies(failure -> assertThat(failure.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(LoopbackTest.class.getName())));
    }

    @Test
    void anInterruptedWriteIsUndetermined() {
        client.put("a", "1");
        isSilent = true;
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> client.put("a", "2")).isInstanceOf(CleaveException.class);
        assertThat(Thread.interrupted()).isTrue();
        isSilent = false;
    }

    @Test
    void aClosedClientRefuses() {
        client.close();

        assertThatThrownBy(() -> client.put("a", "1"))
                .isInstanceOfSatisfying(
                        NotAppliedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(NotAppliedException.Reason.CLOSED));
    }

    @Test
    void thePdClientAsks() {
        try (PdClient pd = PdClient.connect(List.of(new Address("127.0.0.1", 1), pdAddress))) {
            assertThat(pd.ask(new PdRequest.GetStatus(), Duration.ofSeconds(5))).isInstanceOf(PdReply.Status.class);
        }
    }

    @Test
    void wrongSettingsAreRefusedInWords() {
        assertThatThrownBy(() -> CleaveClient.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2379");
        assertThatThrownBy(() -> CleaveClient.builder().pd("nonsense")).isInstanceOf(IllegalArgumentException.class);
    }

    private interface Server {
        ByteBuffer answer(ByteBuffer frame);
    }

    private LinkListener answering(Server server) {
        return new LinkListener() {
            @Override
            public void onOpen(Link link, Hello peer) {}

            @Override
            public void onFrame(Link link, ByteBuffer frame) {
                if (!isSilent) {
                    link.send(server.answer(frame));
                }
            }

            @Override
            public void onClose(Link link, String reason) {}
        };
    }

    private ByteBuffer pd(ByteBuffer frame) {
        Region all = new Region(1, KeyRange.ALL, Epoch.FIRST, List.of(new Peer(1, 1, PeerRole.VOTER)));
        StoreInfo store = new StoreInfo(1, storeAddress, storeAddress, StoreInfo.State.UP, 1, 1, 1, 1, 1, 1, 1);
        PdReply reply = PdCodec.decodeRequest(frame) instanceof PdRequest.GetStatus
                ? new PdReply.Status(5, List.of(pdAddress), pdAddress, 1, 1, 1, 0, 0, 0)
                : new PdReply.Routes(List.of(new RegionView(all, 1, 1, 1, 1, 1, List.of(), List.of())), List.of(store));
        return PdCodec.encodeReply(PdCodec.requestId(frame), reply);
    }

    private ByteBuffer kv(ByteBuffer frame) {
        KvRequest request = KvCodec.decodeRequest(frame);
        return KvCodec.encodeReply(KvReply.ok(request.requestId(), apply(request.command())));
    }

    private KvResult apply(KvCommand command) {
        if (command instanceof KvCommand.Batch batch) {
            batch.changes().forEach(this::apply);
        } else if (command instanceof KvCommand.Put put) {
            data.put(put.key(), put.value());
        } else if (command instanceof KvCommand.Delete delete) {
            data.remove(delete.key());
        } else if (command instanceof KvCommand.Get get) {
            return new KvResult.Found(data.get(get.key()));
        } else if (command instanceof KvCommand.Scan scan) {
            return page(scan);
        }
        return new KvResult.Done();
    }

    private void apply(KvCommand.Change change) {
        Value value = change.value();
        apply(value == null ? new KvCommand.Delete(change.key()) : new KvCommand.Put(change.key(), value));
    }

    private KvResult page(KvCommand.Scan scan) {
        List<KvResult.Pair> pairs = new ArrayList<>();
        var rows = scan.isReverse() ? data.descendingMap() : data;
        for (var row : rows.entrySet()) {
            if (scan.range().contains(row.getKey())) {
                if (pairs.size() == Math.min(7, scan.limit())) {
                    return new KvResult.Pairs(pairs, false);
                }
                pairs.add(new KvResult.Pair(row.getKey(), row.getValue()));
            }
        }
        return new KvResult.Pairs(pairs, true);
    }
}
