package dev.cleave.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.LoopThread;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyNetworkTest extends NetworkContract {
    private static final AtomicInteger NETWORKS = new AtomicInteger();

    @Override
    Network newNetwork(WireOptions options) {
        return new NettyNetwork("wire-test-" + NETWORKS.incrementAndGet(), 1, options);
    }

    @Override
    void drive() {}

    @Test
    void manyThreadsMaySendOnOneLinkAndEachKeepsItsOrder() throws Exception {
        Pair pair = connected(network(), network());
        int threads = 4;
        int each = 20_000;
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            senders.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    ByteBuffer frame =
                            ByteBuffer.allocate(8).putInt(number).putInt(i).flip();
                    while (!pair.dialled().send(frame)) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        senders.forEach(Thread::start);

        int[] next = new int[threads];
        for (int i = 0; i < threads * each; i++) {
            ByteBuffer frame = pair.server().next("frame").frame();
            int sender = Integer.reverseBytes(frame.getInt());
            assertThat(Integer.reverseBytes(frame.getInt())).isEqualTo(next[sender]++);
        }
        for (Thread sender : senders) {
            sender.join(10_000);
        }
        assertThat(next).containsOnly(each);
    }

    /** On either side, of the first frame as of all others. */
    @Test
    void whoeverIsCalledOnAnEventLoopMayLeaveSomethingForItsEnd() throws Exception {
        Pair pair = connected(network(), network());
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        for (Recorder side : List.of(pair.server(), pair.client())) {
            side.also(event -> {
                if (!event.what().equals("frame")) {
                    return;
                }
                Thread own = Thread.currentThread();
                LoopThread here = LoopThread.here();
                boolean isTaken = here != null
                        && here.afterwards(
                                () -> done.add("then " + Thread.currentThread().equals(own)));
                done.add("first " + isTaken);
            });
        }

        pair.dialled().send(ByteBuffer.allocate(1));
        assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo("first true");
        assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo("then true");
        pair.accepted().send(ByteBuffer.allocate(1));
        assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo("first true");
        assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo("then true");
        assertThat(LoopThread.here()).as("a thread like any other").isNull();
    }

    /** The peer can be at work on them meanwhile. */
    @Test
    void manyAnswersLeaveWhileMoreAreMade() {
        Pair pair = connected(network(), network());
        CountDownLatch firstCame = new CountDownLatch(1);
        BlockingQueue<Boolean> cameInTime = new LinkedBlockingQueue<>();
        // The word of the opening may still be on its way to those who listen.
        pair.client().also(event -> {
            if (event.what().equals("frame")) {
                firstCame.countDown();
            }
        });
        pair.server().also(event -> {
            if (!event.what().equals("frame")) {
                return;
            }
            for (int i = 0; i < 5; i++) {
                event.link().send(ByteBuffer.allocate(16 << 10));
            }
            cameInTime.add(isOver(firstCame));
            event.link().send(ByteBuffer.allocate(1));
        });

        pair.dialled().send(ByteBuffer.allocate(1));

        for (int i = 0; i < 5; i++) {
            assertThat(pair.client().next("frame").frame().remaining()).isEqualTo(16 << 10);
        }
        assertThat(pair.client().next("frame").frame().remaining()).isEqualTo(1);
        assertThat(cameInTime).containsExactly(true);
    }

    private static boolean isOver(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Test
    void idleLinksStayOpenByKeepAlive() throws Exception {
        WireOptions quick = WireOptions.defaults().withKeepAlive(Duration.ofMillis(40), Duration.ofMillis(800));
        NettyNetwork listening = (NettyNetwork) network(quick);
        Pair pair = connected(listening, network(quick));
        CountDownLatch later = new CountDownLatch(1);
        listening.timers().schedule(TimeUnit.MILLISECONDS.toNanos(1500), later::countDown);

        await(later);

        assertThat(pair.dialled().isOpen()).isTrue();
        assertThat(pair.accepted().isOpen()).isTrue();
        assertThat(pair.server().events).isEmpty();
    }

    @Test
    void aSilentPeerIsGivenUp() {
        WireOptions quick = WireOptions.defaults().withKeepAlive(Duration.ofMillis(20), Duration.ofMillis(200));
        WireOptions neverPings = WireOptions.defaults().withKeepAlive(Duration.ofHours(1), Duration.ofHours(3));

        Pair pair = connected(network(quick), network(neverPings));

        assertThat(pair.server().next("close").reason()).contains("silent for 200 ms");
        pair.client().next("close");
    }

    /** It says that it lives, but never reads. */
    @Test
    void aPeerThatTakesNothingIsGivenUp() throws Exception {
        WireOptions quick = WireOptions.defaults()
                .withKeepAlive(Duration.ofMillis(20), Duration.ofMinutes(1))
                .withStallMax(Duration.ofMillis(200));
        Recorder server = recorder();
        Network.Endpoint endpoint = network(quick).listen(ANY, () -> STORE_7, server);
        try (RawPeer peer = new RawPeer(endpoint.address())) {
            peer.greet();
            Link link = server.next("open").link();

            for (int i = 0; i < 8; i++) {
                link.send(ByteBuffer.allocate(4 << 20));
            }

            assertThat(server.next("close").reason()).contains("took nothing of what waits for it for 200 ms");
        }
    }

    @Test
    void peersWithoutACommonVersionPartInWords() {
        NettyNetwork newer = new NettyNetwork("wire-newer", 1, WireOptions.defaults(), new HelloLayout.Versions(3, 5));
        try (newer) {
            Recorder server = recorder();
            Recorder client = recorder();
            Network.Endpoint endpoint = newer.listen(ANY, () -> STORE_7, server);

            network().connect(endpoint.address(), Hello::client, client);

            assertThat(server.next("close").reason())
                    .contains("no common protocol version")
                    .contains("version 1")
                    .contains("versions 3 to 5");
            assertThat(client.next("close").reason())
                    .contains("no common protocol version")
                    .contains("version 1")
                    .contains("versions 3 to 5");
        }
    }

    @Test
    void overlappingVersionRangesMeet() {
        NettyNetwork newer = new NettyNetwork("wire-newer", 1, WireOptions.defaults(), new HelloLayout.Versions(1, 5));
        try (newer) {
            connected(newer, network());
        }
    }

    @Test
    void linksBeyondTheLimitAreRefusedInWords() {
        Network listening = network(WireOptions.defaults().withAcceptedLinksMax(1));
        Pair pair = connected(listening, network());
        Recorder second = recorder();

        Network dialling = network();
        dialling.connect(pair.endpoint().address(), Hello::client, second);

        assertThat(second.next("close").reason()).contains("too many links");
        assertThat(pair.server().next("close").reason()).contains("too many links");
        assertThat(pair.dialled().isOpen()).isTrue();
        pair.dialled().close();
        pair.server().next("close");
        connectsInTheEnd(dialling, pair.endpoint().address());
    }

    /** The place of a closed link comes free when its channel is gone, a moment after its end is heard. */
    private void connectsInTheEnd(Network dialling, Address to) {
        for (int i = 0; i < 1000; i++) {
            Recorder client = recorder();
            Link link = dialling.connect(to, Hello::client, client);
            try {
                Recorder.Event first = client.events.poll(10, TimeUnit.SECONDS);
                if (first != null && first.what().equals("open") && client.hearsNothing()) {
                    return;
                }
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
            link.close();
        }
        throw new AssertionError("no place came free");
    }

    @Test
    void whoeverClosesAndWheneverEachLinkHearsExactlyOneEnd() throws Exception {
        int links = 300;
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        CountDownLatch dialledEnds = new CountDownLatch(links);
        LinkListener closesAtOnce = countingListener(opened, closed, new CountDownLatch(0), true);
        AtomicInteger dialledClosed = new AtomicInteger();
        LinkListener waits = countingListener(new AtomicInteger(), dialledClosed, dialledEnds, false);
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, closesAtOnce);
        NettyNetwork dialling = new NettyNetwork("wire-race", 2, WireOptions.defaults());
        try (dialling) {
            List<Thread> closers = new ArrayList<>();
            for (int i = 0; i < links; i++) {
                Link link = dialling.connect(endpoint.address(), Hello::client, waits);
                if (i % 3 != 0) {
                    Thread closer = new Thread(link::close);
                    closer.start();
                    closers.add(closer);
                }
                link.send(bytes(10, 1));
            }
            await(dialledEnds);
            for (Thread closer : closers) {
                closer.join(10_000);
            }
        }
        endpoint.close();
        assertThat(dialledClosed.get()).isEqualTo(links);
        assertThat(closed.get()).isBetween(opened.get(), links);
    }

    private static LinkListener countingListener(
            AtomicInteger opened, AtomicInteger closed, CountDownLatch ends, boolean closesAtOnce) {
        return new LinkListener() {
            @Override
            public void onOpen(Link link, Hello peer) {
                opened.incrementAndGet();
                if (closesAtOnce) {
                    link.close();
                }
            }

            @Override
            public void onFrame(Link link, ByteBuffer frame) {}

            @Override
            public void onClose(Link link, String reason) {
                closed.incrementAndGet();
                ends.countDown();
            }
        };
    }

    @Test
    void aListenerThatThrowsLosesItsLinkAndNothingElse() {
        Recorder server = recorder().also(event -> {
            if (event.what().equals("frame")) {
                throw new IllegalStateException("on purpose");
            }
        });
        Network.Endpoint endpoint = network().listen(ANY, () -> STORE_7, server);
        Network dialling = network();
        Recorder client = recorder();
        Link link = dialling.connect(endpoint.address(), Hello::client, client);
        client.next("open");
        server.next("open");

        link.send(bytes(1, 1));

        server.next("frame");
        assertThat(server.next("close").reason()).contains("on purpose");
        client.next("close");
        Recorder again = recorder();
        dialling.connect(endpoint.address(), Hello::client, again);
        again.next("open");
    }

    @Test
    void anUnreachableAddressIsGivenUpInTime() {
        Recorder client = recorder();
        Network dialling = network(WireOptions.defaults().withConnectTimeout(Duration.ofMillis(300)));

        dialling.connect(new Address("192.0.2.1", 9), Hello::client, client);

        assertThat(client.next("close").reason()).contains("cannot connect to 192.0.2.1:9");
    }

    @Test
    void anUnknownHostIsReportedInWords() {
        Recorder client = recorder();

        network().connect(new Address("no-such-host.invalid", 9), Hello::client, client);

        assertThat(client.next("close").reason()).contains("cannot connect to no-such-host.invalid:9");
    }

    @Test
    void hostNamesAreLookedUp() {
        Network.Endpoint endpoint = network().listen(new Address("localhost", 0), () -> STORE_7, recorder());
        Recorder client = recorder();

        network().connect(new Address("localhost", endpoint.address().port()), Hello::client, client);

        client.next("open");
    }

    @Test
    void anAddressOfAnotherMachineCannotBeListenedOn() {
        assertThatThrownBy(() -> network().listen(new Address("192.0.2.1", 0), () -> STORE_7, recorder()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("192.0.2.1:0")
                .hasMessageContaining("0.0.0.0");
        assertThatThrownBy(() -> network().listen(new Address("no-such-host.invalid", 0), () -> STORE_7, recorder()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("no-such-host.invalid:0")
                .hasMessageContaining("no address");
    }

    @Test
    void timersRunOnOneThreadInOrderOfTimeAndCanBeCalledOff() throws Exception {
        NettyNetwork network = (NettyNetwork) network();
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        Thread[] threads = new Thread[2];

        network.timers().schedule(TimeUnit.MILLISECONDS.toNanos(60), () -> {
            ran.add("late");
            threads[0] = Thread.currentThread();
        });
        network.timers()
                .schedule(TimeUnit.MILLISECONDS.toNanos(30), () -> ran.add("cancelled"))
                .cancel();
        network.timers().schedule(-5, () -> {
            throw new IllegalStateException("on purpose");
        });
        network.timers().execute(() -> {
            ran.add("soon");
            threads[1] = Thread.currentThread();
        });

        assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo("soon");
        assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo("late");
        CountDownLatch flushed = new CountDownLatch(1);
        network.timers().execute(flushed::countDown);
        await(flushed);
        assertThat(threads[0]).isSameAs(threads[1]);
    }

    @Test
    void aClosedNetworkLeavesNoThread() {
        NettyNetwork network = new NettyNetwork("wire-leak", 3, WireOptions.defaults());
        Pair pair = connected(network, network);
        pair.dialled().send(bytes(100, 1));
        pair.server().next("frame");
        Recorder byName = recorder();
        network.connect(new Address("localhost", pair.endpoint().address().port()), Hello::client, byName);
        byName.next("open");
        // The other end may hear of it later, and must before all are closed.
        pair.server().next("open");

        network.close();
        network.close();

        List<Thread> left = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("wire-leak")) {
                left.add(thread);
            }
        }
        for (Thread thread : left) {
            joined(thread);
        }
    }

    private static void joined(Thread thread) {
        try {
            thread.join(2000);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
        assertThat(thread.isAlive()).as(thread.getName() + " has ended").isFalse();
    }
}
