package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.WireException;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.store.StoreConfig;
import dev.cleave.region.store.StoreFailure;
import dev.cleave.region.store.StoreServer;
import dev.cleave.region.store.StoreStatus;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on real threads, disk and network. */
class StoreServerTest {
    private static final Address ANY = new Address("127.0.0.1", 0);

    @TempDir
    Path directory;

    private final NettyNetwork network = new NettyNetwork("test", 1, WireOptions.defaults());
    private final BlockingQueue<String> failures = new ArrayBlockingQueue<>(10);
    private FakePlacement placement;
    private Address placementAddress;

    @BeforeEach
    void startPlacement() {
        placement = new FakePlacement();
        placementAddress = network.listen(ANY, FakePlacement::hello, placement).address();
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private StoreConfig config() {
        return StoreConfig.of(directory.resolve("data"), List.of(placementAddress), ANY, ANY)
                .withEngineBytes(8 << 20)
                .withLog(LogOptions.defaults().withFreeBytesFloor(0));
    }

    private StoreServer open(StoreConfig config) {
        StoreServer server = StoreServer.open(config, (role, cause) -> failures.add(role + ": " + cause.getMessage()));
        server.awaitServing(Duration.ofSeconds(20));
        return server;
    }

    @Test
    void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
        try (StoreServer server = open(config())) {
            assertThat(ask(server, new KvCommand.Put(Key.utf8("k"), Value.utf8("v"))))
                    .isInstanceOf(KvResult.Done.class);
            assertThat(server.node().status().state()).isEqualTo(StoreStatus.State.SERVING);
        }

        try (StoreServer server = open(config())) {
            assertThat(ask(server, new KvCommand.Get(Key.utf8("k")))).isEqualTo(new KvResult.Found(Value.utf8("v")));
            assertThat(ask(server, new KvCommand.Scan(KeyRange.ALL, 10, 1000, false, false)))
                    .isEqualTo(new KvResult.Pairs(List.of(new KvResult.Pair(Key.utf8("k"), Value.utf8("v"))), true));
            assertThat(server.node().identity().startNumber()).isEqualTo(2);
            assertThat(server.stopGracefully(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aDirectoryInUseIsRefused() {
        try (StoreServer server = open(config())) {
            assertThatThrownBy(() -> open(config()))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("in use by another store");
            assertThat(server.address().port()).isPositive();
        }
    }

    @Test
    void aForeignDirectoryIsRefused() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("placement.identity"), "format=1");

        assertThatThrownBy(() -> open(config()))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("is a placement driver's directory");
    }

    @Test
    void aPortInUseIsNamed() {
        StoreConfig taken = StoreConfig.of(directory.resolve("data"), List.of(placementAddress), placementAddress, ANY);

        assertThatThrownBy(() -> open(taken))
                .isInstanceOf(WireException.class)
                .hasMessageContaining(placementAddress.toString());
    }

    @Test
    void aRefusedStoreSaysWhy() throws Exception {
        placement.rejection = "store 9 was removed; use an empty data directory";
        try (StoreServer server =
                StoreServer.open(config(), (role, cause) -> failures.add(role + ": " + cause.getMessage()))) {
            assertThatThrownBy(() -> server.awaitServing(Duration.ofSeconds(20)))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("store 9 was removed");
            assertThat(failures.poll(10, TimeUnit.SECONDS)).contains("store 9 was removed");
        }
    }

    private KvResult ask(StoreServer server, KvCommand command) throws InterruptedException {
        BlockingQueue<KvReply> replies = new ArrayBlockingQueue<>(1);
        for (int attempt = 0; attempt < 5_000; attempt++) {
            Link link = network.connect(server.address(), Hello::client, new LinkListener() {
                @Override
                public void onOpen(Link opened, Hello peer) {
                    opened.send(KvCodec.encodeRequest(new KvRequest(1, 1, Epoch.FIRST, 5_000, command)));
                }

                @Override
                public void onFrame(Link from, ByteBuffer frame) {
                    replies.add(KvCodec.decodeReply(frame));
                }

                @Override
                public void onClose(Link closed, String reason) {}
            });
            KvReply reply = replies.poll(10, TimeUnit.SECONDS);
            link.close();
            assertThat(reply).isNotNull();
            if (reply.result() != null) {
                return reply.result();
            }
        }
        throw new AssertionError("never served; failures " + failures);
    }
}
