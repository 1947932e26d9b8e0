package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.region.protocol.FrameKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the simulated network does to frames, and what it never does. */
class SimNetworkTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int FRAMES = 200;

    private final World world = new World(11);
    private final SimNetwork network = new SimNetwork(world);
    private final Machine sender = new Machine(world, "a");
    private final List<Integer> arrivedAtB = new ArrayList<>();
    private final List<Integer> arrivedAtC = new ArrayList<>();
    private final Machine receiver = listen("b", arrivedAtB);
    private final Path path = network.path("a", "b");
    private boolean isClosed;

    @Test
    void framesArriveInOrderOnAJammedNarrowAndSlowLink() {
        listen("c", arrivedAtC);
        Link link = dial("b");
        path.narrow(1_000);
        path.slow(SECOND);
        path.clogUntil(world.nanos() + SECOND);

        send(link, FrameKind.RAFT);
        world.runFor(SECOND);

        assertThat(arrivedAtB).isEmpty();
        world.runFor(10 * SECOND);
        assertThat(arrivedAtB).isEqualTo(all());
    }

    @Test
    void aNarrowLinkTakesItsTimeForEachByte() {
        Link link = dial("b");
        path.narrow(1_000_000);

        send(link, FrameKind.SNAPSHOT);
        world.runFor(SECOND / 2);

        assertThat(arrivedAtB).hasSizeBetween(50, 110);
    }

    @Test
    void raftFramesAreLostRepeatedAndOvertakenOnAShakyLinkAndOthersAreNot() {
        Link link = dial("b");
        path.shake(true);

        send(link, FrameKind.RAFT);
        world.runFor(SECOND);
        List<Integer> raft = List.copyOf(arrivedAtB);
        arrivedAtB.clear();
        send(link, FrameKind.KV_REQUEST);
        world.runFor(SECOND);

        Set<Integer> different = new TreeSet<>(raft);
        assertThat(different).as("lost").hasSizeLessThan(FRAMES);
        assertThat(raft).as("repeated").hasSizeGreaterThan(different.size());
        assertThat(raft).as("overtaken").isNotEqualTo(raft.stream().sorted().toList());
        assertThat(arrivedAtB).isEqualTo(all());
    }

    @Test
    void whatAFormerLifeHasSentArrivesOnALinkOfTheNext() {
        Link link = dial("b");
        path.echo(true);
        send(link, FrameKind.RAFT);
        world.runFor(SECOND / 10);
        sender.kill();
        network.died(sender);
        arrivedAtB.clear();

        network.on(new Machine(world, "a"))
                .connect(new Address("b", 1), SimNetworkTest::hello, listener(new ArrayList<>()));
        world.runFor(5 * SECOND);

        assertThat(arrivedAtB).isNotEmpty();
    }

    @Test
    void aConnectionMayReachSomebodyElse() {
        listen("c", arrivedAtC);
        Runnable heal = network.misroute(new Address("b", 1), new Address("c", 1));

        send(dial("b"), FrameKind.RAFT);
        world.runFor(SECOND);
        heal.run();
        send(dial("b"), FrameKind.RAFT);
        world.runFor(SECOND);

        assertThat(arrivedAtC).isEqualTo(all());
        assertThat(arrivedAtB).isEqualTo(all());
    }

    @Test
    void cutsThatOverlapHealOneByOne() {
        Runnable healFirst = network.cut("a", "b");
        Runnable healSecond = network.cutBothWays("a", "b");

        healFirst.run();
        healFirst.run();

        assertThat(path.isCut()).isTrue();
        healSecond.run();
        assertThat(path.isCut()).isFalse();
    }

    @Test
    void aCutThatAllWasHealedFromDoesNotHealALaterOne() {
        Runnable heal = network.cut("a", "b");
        network.healAll();
        network.cut("a", "b");

        heal.run();

        assertThat(path.isCut()).isTrue();
    }

    @Test
    void aLinkIntoACutEndsWhenKeepAliveNotices() {
        Link link = dial("b");
        network.cut("a", "b");

        send(link, FrameKind.RAFT);
        world.runFor(7 * SECOND);

        assertThat(isClosed).isFalse();
        world.runFor(2 * SECOND);
        assertThat(isClosed).isTrue();
        assertThat(arrivedAtB).isEmpty();
    }

    @Test
    void whatFallsIntoAPauseHappensAfterItInOrder() {
        Link link = dial("b");
        receiver.pause(3 * SECOND);

        send(link, FrameKind.RAFT);
        world.runFor(2 * SECOND);

        assertThat(arrivedAtB).isEmpty();
        world.runFor(2 * SECOND);
        assertThat(arrivedAtB).isEqualTo(all());
    }

    private Link dial(String host) {
        Link link =
                network.on(sender).connect(new Address(host, 1), SimNetworkTest::hello, listener(new ArrayList<>()));
        world.runFor(SECOND);
        assertThat(link.isOpen()).isTrue();
        return link;
    }

    private Machine listen(String host, List<Integer> arrived) {
        Machine machine = new Machine(world, host);
        network.on(machine).listen(new Address(host, 1), SimNetworkTest::hello, listener(arrived));
        return machine;
    }

    private LinkListener listener(List<Integer> arrived) {
        return new LinkListener() {
            @Override
            public void onOpen(Link link, Hello peer) {}

            @Override
            public void onFrame(Link link, ByteBuffer frame) {
                arrived.add(frame.getInt(1));
            }

            @Override
            public void onClose(Link link, String reason) {
                isClosed = true;
            }
        };
    }

    private static void send(Link link, byte kind) {
        for (int i = 0; i < FRAMES; i++) {
            ByteBuffer frame = ByteBuffer.allocate(5).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            assertThat(link.send(frame.put(kind).putInt(i).flip())).isTrue();
        }
    }

    private static List<Integer> all() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    private static Hello hello() {
        return Hello.client();
    }
}
