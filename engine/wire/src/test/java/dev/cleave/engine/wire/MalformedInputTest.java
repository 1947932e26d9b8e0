package dev.cleave.engine.wire;

import static dev.cleave.engine.wire.RawPeer.frame;
import static dev.cleave.engine.wire.RawPeer.headerPromising;
import static dev.cleave.engine.wire.RawPeer.hello;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node does with peers that speak wrongly: it says why, closes that link alone, and serves the others. */
@Timeout(30)
class MalformedInputTest {
    private NettyNetwork network;
    private Network.Endpoint endpoint;
    private Recorder server;

    @BeforeEach
    void listen() {
        start(WireOptions.defaults());
    }

    private void start(WireOptions options) {
        network = new NettyNetwork("wire-malformed", 1, options);
        server = new Recorder(() -> {});
        endpoint = network.listen(new Address("127.0.0.1", 0), () -> NetworkContract.STORE_7, server);
    }

    @AfterEach
    void close() {
        network.close();
    }

    static Stream<Arguments> beforeTheHello() {
        byte[] wrongMagic = hello();
        wrongMagic[0] ^= 1;
        byte[] future = hello();
        future[4] = 9;
        future[6] = 9;
        byte[] insideOut = hello();
        insideOut[4] = 9;
        byte[] flipped = frame(FrameLayout.HELLO, hello());
        flipped[20] ^= 4;
        return Stream.of(
                Arguments.of("zeros", new byte[100], "not Cleave's wire protocol"),
                Arguments.of("ones", ones(100), "not Cleave's wire protocol"),
                Arguments.of("HTTP", ascii("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP request"),
                Arguments.of("TLS", tlsHello(), "TLS"),
                Arguments.of("wrong magic", frame(FrameLayout.HELLO, wrongMagic), "wrong magic"),
                Arguments.of("another version", frame(FrameLayout.HELLO, future), "no common protocol version"),
                Arguments.of("versions inside out", frame(FrameLayout.HELLO, insideOut), "no common protocol version"),
                Arguments.of("short hello", frame(FrameLayout.HELLO, Arrays.copyOf(hello(), 40)), "hello of 40 bytes"),
                Arguments.of("empty hello", frame(FrameLayout.HELLO, new byte[0]), "wrong magic"),
                Arguments.of("flipped bit", flipped, "checksum"),
                Arguments.of("data first", frame(FrameLayout.DATA, new byte[5]), "before the hello"),
                Arguments.of("ping first", frame(FrameLayout.PING, new byte[0]), "before the hello"),
                Arguments.of("unknown kind", frame(77, new byte[5]), "kind 77"),
                Arguments.of("too long", headerPromising(FrameLayout.HELLO, (64 << 10) + 1), "at most 65536"),
                Arguments.of("huge", headerPromising(FrameLayout.HELLO, Integer.MAX_VALUE), "at most 65536"),
                Arguments.of("negative", headerPromising(FrameLayout.HELLO, -1), "at most 65536"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beforeTheHello")
    void aStrangerIsToldWhyAndNeverOpens(String what, byte[] input, String reason) throws Exception {
        try (RawPeer peer = new RawPeer(endpoint.address())) {
            peer.write(input);

            assertThat(server.next("close").reason()).contains(reason);
            assertThat(peer.readRefusal()).contains(reason);
        }
        assertOthersAreServed();
    }

    static Stream<Arguments> afterTheHello() {
        byte[] flippedPayload = frame(FrameLayout.DATA, new byte[1000]);
        flippedPayload[500] ^= 64;
        byte[] flippedHeader = frame(FrameLayout.DATA, new byte[1000]);
        flippedHeader[1] ^= 64;
        return Stream.of(
                Arguments.of("flipped payload", flippedPayload, "checksum"),
                Arguments.of("flipped length", flippedHeader, "header was damaged"),
                Arguments.of("second hello", frame(FrameLayout.HELLO, hello()), "after the hello"),
                Arguments.of("unknown kind", frame(9, new byte[0]), "kind 9"),
                Arguments.of("too long", headerPromising(FrameLayout.DATA, Frames.BYTES_MAX + 1), "at most 12582912"),
                Arguments.of("negative", headerPromising(FrameLayout.DATA, Integer.MIN_VALUE), "at most 12582912"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("afterTheHello")
    void aPeerThatBreaksTheProtocolLaterIsToldWhyToo(String what, byte[] input, String reason) throws Exception {
        try (RawPeer peer = new RawPeer(endpoint.address())) {
            peer.greet().write(frame(FrameLayout.DATA, ascii("good"))).write(input);

            server.next("open");
            assertThat(server.next("frame").frame().remaining()).isEqualTo(4);
            assertThat(server.next("close").reason()).contains(reason);
            assertThat(peer.readRefusal()).contains(reason);
        }
        assertOthersAreServed();
    }

    @Test
    void aStreamThatEndsInsideAFrameSaysSo() throws Exception {
        try (RawPeer peer = new RawPeer(endpoint.address())) {
            peer.greet().write(Arrays.copyOf(frame(FrameLayout.DATA, new byte[1000]), 312));
            peer.endOutput();

            server.next("open");
            assertThat(server.next("close").reason()).contains("300 of 1000 bytes of a frame");
        }
        try (RawPeer peer = new RawPeer(endpoint.address())) {
            peer.write(Arrays.copyOf(frame(FrameLayout.HELLO, hello()), 5));
            peer.endOutput();

            assertThat(server.next("close").reason()).contains("5 bytes of a frame's header");
        }
    }

    @Test
    void aPeerThatGreetsSlowlyIsClosedAtTheDeadline() throws Exception {
        network.close();
        start(WireOptions.defaults().withHandshakeDeadline(Duration.ofMillis(150)));
        try (RawPeer silent = new RawPeer(endpoint.address());
                RawPeer slow = new RawPeer(endpoint.address())) {
            slow.write(Arrays.copyOf(frame(FrameLayout.HELLO, hello()), 20));

            assertThat(server.next("close").reason()).contains("no hello within 150 ms");
            assertThat(server.next("close").reason()).contains("no hello within 150 ms");
            assertThat(silent.readRefusal()).contains("no hello");
            assertThat(slow.readRefusal()).contains("no hello");
        }
    }

    @Test
    void aHelloMayComeByteByByteAndWithMoreFieldsThanWeKnow() throws Exception {
        byte[] longer = Arrays.copyOf(hello(), 60);
        try (RawPeer peer = new RawPeer(endpoint.address())) {
            for (byte each : frame(FrameLayout.HELLO, longer)) {
                peer.write(new byte[] {each});
            }
            assertThat(server.next("open").hello()).isEqualTo(Hello.client());
        }
    }

    @Test
    void aPeersRefusalIsReportedWithoutItsControlCharacters() throws Exception {
        try (RawPeer peer = new RawPeer(endpoint.address())) {
            peer.write(frame(FrameLayout.REFUSAL, ascii("full\r\nERROR faked log line\u001b[31m")));

            assertThat(server.next("close").reason()).endsWith(": full??ERROR faked log line?[31m");
        }
    }

    @Test
    void randomBytesAtAnyPlaceNeverHarmTheOthers() throws Exception {
        long seed = 20261121;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            try (RawPeer peer = new RawPeer(endpoint.address())) {
                if (random.nextBoolean()) {
                    peer.greet();
                }
                peer.write(noise);
                peer.endOutput();
                peer.readRefusal();
            }
        }
        server.events.clear();
        assertOthersAreServed();
    }

    private void assertOthersAreServed() {
        Recorder client = new Recorder(() -> {});
        Link link = network.connect(endpoint.address(), Hello::client, client);
        client.next("open");
        link.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] ones(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) -1);
        return bytes;
    }

    private static byte[] tlsHello() {
        byte[] bytes = new byte[50];
        bytes[0] = 0x16;
        bytes[1] = 3;
        bytes[2] = 1;
        return bytes;
    }
}
