package dev.cleave.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every network promises. */
abstract class NetworkContract {
    static final Address ANY = new Address("127.0.0.1", 0);
    static final Hello STORE_7 = new Hello(Hello.STORE, 11, 7, -3, 4);

    private final List<Network> opened = new ArrayList<>();

    /** A network with these options that can reach the others of the same test. */
    abstract Network newNetwork(WireOptions options);

    /** Lets a network without threads of its own do its work. */
    abstract void drive();

    Network network() {
        return network(WireOptions.defaults());
    }

    Network network(WireOptions options) {
        Network made = newNetwork(options);
        opened.add(made);
        return made;
    }

    Recorder recorder() {
        return new Recorder(this::drive);
    }

    @AfterEach
    void closeNetworks() {
        opened.forEach(Network::close);
    }

    static ByteBuffer bytes(int length, int fill) {
        byte[] array = new byte[length];
        java.util.Arrays.fill(array, (byte) fill);
        return ByteBuffer.wrap(array);
    }

    /** Two ends of an open link. */
    record Pair(Recorder server, Link accepted, Recorder client, Link dialled, Network.Endpoint endpoint) {}

    Pair connected(Network listening, Network dialling) {
        Recorder server = recorder();
        Recorder client = recorder();
        Network.Endpoint endpoint = listening.listen(ANY, () -> STORE_7, server);
        Link dialled = dialling.connect(endpoint.address(), Hello::client, client);
        Link accepted = server.next("open").link();
        assertThat(client.next("open").link()).isSameAs(dialled);
        return new Pair(server, accepted, client, dialled, endpoint);
    }

    @Test
    void bothSidesHearTheOthersHello() {
        Recorder server = recorder();
        Recorder client = recorder();
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, server);

        Link link = network().connect(endpoint.address(), Hello::client, client);

        assertThat(server.next("open").hello()).isEqualTo(Hello.client());
        assertThat(client.next("open").hello()).isEqualTo(STORE_7);
        assertThat(link.isOpen()).isTrue();
        assertThat(link.isWritable()).isTrue();
        assertThat(link.remote()).isEqualTo(endpoint.address());
        assertThat(endpoint.address().port()).isPositive();
    }

    @Test
    void theHelloIsAskedAnewForEachHandshake() {
        AtomicLong starts = new AtomicLong();
        Network.Endpoint endpoint =
                network().listen(ANY, () -> new Hello(Hello.STORE, 1, 1, 1, starts.incrementAndGet()), recorder());
        Network dialling = network();

        for (long expected = 1; expected <= 3; expected++) {
            Recorder client = recorder();
            dialling.connect(endpoint.address(), Hello::client, client);
            assertThat(client.next("open").hello().startNumber()).isEqualTo(expected);
        }
    }

    @Test
    void framesOfAllSizesArriveInOrderBothWays() {
        Pair pair = connected(network(), network());
        SplittableRandom random = new SplittableRandom(42);
        List<ByteBuffer> sent = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            byte[] frame = new byte[i % 40 == 0 ? random.nextInt(300_000) : random.nextInt(300)];
            random.nextBytes(frame);
            sent.add(ByteBuffer.wrap(frame));
        }

        for (ByteBuffer frame : sent) {
            assertThat(pair.dialled.send(frame.duplicate())).isTrue();
            assertThat(pair.accepted.send(frame.duplicate())).isTrue();
        }

        for (ByteBuffer frame : sent) {
            assertThat(pair.server.next("frame").frame()).isEqualTo(frame);
            assertThat(pair.client.next("frame").frame()).isEqualTo(frame);
        }
    }

    @Test
    void theLargestFramePassesAndALargerOneIsTheCallersMistake() {
        Pair pair = connected(network(), network());

        assertThat(pair.dialled.send(bytes(Frames.BYTES_MAX, 7))).isTrue();

        assertThat(pair.server.next("frame").frame()).isEqualTo(bytes(Frames.BYTES_MAX, 7));
        assertThatThrownBy(() -> pair.dialled.send(bytes(Frames.BYTES_MAX + 1, 7)))
                .hasMessageContaining("within its limit");
        assertThat(pair.dialled.isOpen()).isTrue();
    }

    @Test
    void onlyTheRemainingBytesAreSentAndTheReceiverOwnsACopy() {
        Pair pair = connected(network(), network());
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(10) : ByteBuffer.allocate(10);
            buffer.putLong(1, 0x0102030405060708L);

            assertThat(pair.dialled.send(buffer.slice(1, 8).asReadOnlyBuffer())).isTrue();

            ByteBuffer got = pair.server.next("frame").frame();
            assertThat(got.remaining()).isEqualTo(8);
            assertThat(got.get(0)).isEqualTo((byte) 1);
            got.put(0, (byte) 99);
            assertThat(buffer.get(1)).isEqualTo((byte) 1);
        }
    }

    @Test
    void connectingWhereNobodyListensIsRefusedInWords() throws IOException {
        Address gone = whereNobodyListens();
        Recorder client = recorder();

        Link link = network().connect(gone, Hello::client, client);

        assertThat(client.next("close").reason()).contains("cannot connect to " + gone);
        assertThat(link.isOpen()).isFalse();
        assertThat(link.send(bytes(1, 1))).isFalse();
        assertThat(client.hearsNothing()).isTrue();
    }

    /** Not one of an endpoint just closed: until its selector has looked again, the kernel may accept one more connection there. */
    private static Address whereNobodyListens() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ANY.host()))) {
            return new Address(ANY.host(), socket.getLocalPort());
        }
    }

    @Test
    void nothingIsSentBeforeTheLinkIsOpen() {
        Recorder server = recorder();
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, server);
        CountDownLatch mayGreet = new CountDownLatch(1);

        Link link = network()
                .connect(
                        endpoint.address(),
                        () -> {
                            await(mayGreet);
                            return Hello.client();
                        },
                        recorder());
        boolean early = link.send(bytes(1, 1));
        mayGreet.countDown();

        assertThat(early).isFalse();
        server.next("open");
        assertThat(server.hearsNothing()).isTrue();
    }

    @Test
    void aCloseIsHeardOnceOnBothSidesAfterWhatWasSentBefore() {
        Pair pair = connected(network(), network());
        for (int i = 0; i < 100; i++) {
            assertThat(pair.dialled.send(bytes(10_000, i))).isTrue();
        }

        pair.dialled.close();
        pair.dialled.close();

        assertThat(pair.dialled.isOpen()).isFalse();
        assertThat(pair.dialled.send(bytes(1, 1))).isFalse();
        assertThat(pair.client.next("close").reason()).contains("this side");
        for (int i = 0; i < 100; i++) {
            assertThat(pair.server.next("frame").frame().get(0)).isEqualTo((byte) i);
        }
        assertThat(pair.server.next("close").reason()).contains("closed by");
        assertThat(pair.accepted.isOpen()).isFalse();
        assertThat(pair.server.hearsNothing()).isTrue();
        assertThat(pair.client.hearsNothing()).isTrue();
    }

    @Test
    void aListenerMayRefuseAPeerByClosingAtOnce() {
        Recorder server = recorder().also(event -> {
            if (event.what().equals("open")) {
                event.link().send(bytes(3, 5));
                event.link().close();
            }
        });
        Recorder client = recorder();
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, server);

        network().connect(endpoint.address(), Hello::client, client);

        client.next("open");
        assertThat(client.next("frame").frame()).isEqualTo(bytes(3, 5));
        client.next("close");
        server.next("open");
        server.next("close");
    }

    @Test
    void aLinkClosedBeforeItOpenedHearsOnlyItsEnd() {
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, recorder());
        Recorder client = recorder();

        network().connect(endpoint.address(), Hello::client, client).close();

        // On a fast machine the network's thread may have opened it first.
        Recorder.Event first = client.events.peek();
        if (first != null && first.what().equals("open")) {
            client.next("open");
        }
        client.next("close");
        assertThat(client.hearsNothing()).isTrue();
    }

    @Test
    void closingAnEndpointClosesItsLinksAndFreesItsPort() {
        Network listening = network();
        Pair pair = connected(listening, network());

        pair.endpoint.close();

        pair.server.next("close");
        pair.client.next("close");
        Recorder late = recorder();
        network().connect(pair.endpoint.address(), Hello::client, late);
        late.next("close");
        listening.listen(pair.endpoint.address(), () -> STORE_7, recorder()).close();
    }

    @Test
    void closingANetworkClosesItsLinksOnBothSides() {
        Network listening = network();
        Network dialling = network();
        Pair pair = connected(listening, dialling);

        dialling.close();

        assertThat(pair.client.next("close").reason()).contains("network was closed");
        pair.server.next("close");
        Recorder late = recorder();
        dialling.connect(pair.endpoint.address(), Hello::client, late);
        assertThat(late.next("close").reason()).contains("network is closed");
        assertThatThrownBy(() -> dialling.listen(ANY, () -> STORE_7, recorder()))
                .isInstanceOf(WireException.class);
        assertThat(late.hearsNothing()).isTrue();
    }

    @Test
    void aPortInUseIsReportedWithTheAddressAndAdvice() {
        Network.Endpoint first = network().listen(ANY, () -> STORE_7, recorder());

        assertThatThrownBy(() -> network().listen(first.address(), () -> STORE_7, recorder()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining(first.address().toString())
                .hasMessageContaining("in use")
                .hasMessageContaining("another port");
    }

    @Test
    void unsentBytesAreBoundedAndComeFreeAgain() {
        WireOptions small = WireOptions.defaults().withUnsentBytesMax(8 << 20);
        CountDownLatch mayTake = new CountDownLatch(1);
        Recorder server = recorder().also(event -> {
            if (event.what().equals("frame")) {
                await(mayTake);
            }
        });
        Network.Endpoint endpoint = network(small).listen(ANY, () -> STORE_7, server);
        Recorder client = recorder();
        Link link = network(small).connect(endpoint.address(), Hello::client, client);
        client.next("open");
        server.next("open");

        int sent = 0;
        while (link.send(bytes(100_000, sent)) && sent < 1000) {
            sent++;
        }

        assertThat(sent).isBetween(80, 999);
        assertThat(link.isOpen()).isTrue();
        mayTake.countDown();
        for (int i = 0; i < sent; i++) {
            assertThat(server.next("frame").frame().get(0)).isEqualTo((byte) i);
        }
        assertThat(link.isWritable()).isTrue();
        assertThat(link.send(bytes(100_000, 1))).isTrue();
        server.next("frame");
    }

    @Test
    void anEmptyLinkTakesOneFrameAboveTheBound() {
        WireOptions tiny = WireOptions.defaults().withUnsentBytesMax(1024);
        Pair pair = connected(network(tiny), network(tiny));

        assertThat(pair.dialled.send(bytes(1_000_000, 3))).isTrue();

        assertThat(pair.server.next("frame").frame().remaining()).isEqualTo(1_000_000);
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("never released");
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
