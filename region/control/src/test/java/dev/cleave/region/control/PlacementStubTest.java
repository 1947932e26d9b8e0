package dev.cleave.region.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.MemoryNetwork;
import dev.cleave.engine.wire.Network;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stub against hand-played members over the in-memory network, on manual time. */
class PlacementStubTest {
    private static final long MILLI = 1_000_000;
    private static final Address FIRST = new Address("pd1", 1);
    private static final Address SECOND = new Address("pd2", 1);

    private long now = 1;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Network network = new MemoryNetwork(new Timers() {
        @Override
        public Cancellable schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    });
    private final List<String> heard = new ArrayList<>();
    private final PlacementStub stub = new PlacementStub(
            network,
            List.of(FIRST, SECOND),
            () -> new Hello(Hello.STORE, 0, 0, 1, 1),
            new Clock() {
                @Override
                public long nanos() {
                    return now;
                }

                @Override
                public long wallMillis() {
                    return now / MILLI;
                }
            },
            Randomness.seeded(1),
            PlacementStubOptions.defaults(),
            new PlacementStub.Listener() {
                @Override
                public void connected() {
                    heard.add("connected");
                }

                @Override
                public void disconnected(String reason) {
                    heard.add("disconnected");
                }

                @Override
                public void pushed(FromPlacement record) {
                    heard.add("pushed " + record);
                }
            },
            () -> {});

    /** A member that answers each question with Rejected(its name), and pushes once when told something. */
    private final class Member implements LinkListener, AutoCloseable {
        final String name;
        final Network.Endpoint endpoint;
        final ControlCodec codec = new ControlCodec();
        boolean isMute;

        Member(Address at, byte role) {
            name = at.host();
            endpoint = network.listen(at, () -> new Hello(role, 1, 1, 1, 1), this);
        }

        @Override
        public void onOpen(Link link, Hello peer) {}

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            long call = codec.decode(frame).call();
            if (!isMute) {
                link.send(codec.encode(call, new FromPlacement.Rejected(name)));
            }
        }

        @Override
        public void onClose(Link link, String reason) {}

        @Override
        public void close() {
            endpoint.close();
        }
    }

    private void run(long millis) {
        long end = now + millis * MILLI;
        while (now < end) {
            now += 10 * MILLI;
            for (int turn = 0; turn < 20; turn++) {
                stub.doWork(now);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        }
    }

    @Test
    void itFindsAMemberThatListensAsksItAndHearsWhatIsPushed() {
        Member member = new Member(SECOND, Hello.PLACEMENT);
        run(2_000);
        assertThat(heard).containsExactly("connected");

        stub.ask(
                new ToPlacement.Leaving(1),
                1_000 * MILLI,
                answer -> heard.add("answer " + answer),
                () -> heard.add("failed"));
        assertThat(stub.tell(new ToPlacement.Leaving(1))).isTrue();
        run(100);

        assertThat(heard).containsExactly("connected", "answer Rejected[message=pd2]", "pushed Rejected[message=pd2]");
        member.close();
    }

    @Test
    void whenItsMemberGoesAwayQuestionsFailAndItMovesToAnother() {
        Member first = new Member(FIRST, Hello.PLACEMENT);
        run(2_000);
        first.isMute = true;
        stub.ask(new ToPlacement.Leaving(1), 60_000 * MILLI, answer -> heard.add("answer"), () -> heard.add("failed"));
        run(100);

        first.close();
        Member second = new Member(SECOND, Hello.PLACEMENT);
        run(4_000);

        assertThat(heard).containsExactly("connected", "failed", "disconnected", "connected");
        assertThat(stub.member()).isEqualTo(SECOND);
        second.close();
    }

    @Test
    void aMemberThatTakesQuestionsAndStaysSilentIsLeft() {
        Member mute = new Member(FIRST, Hello.PLACEMENT);
        mute.isMute = true;
        Member other = new Member(SECOND, Hello.PLACEMENT);
        other.isMute = true;
        run(2_000);
        Address before = stub.member();

        stub.ask(new ToPlacement.Leaving(1), 500 * MILLI, answer -> heard.add("answer"), () -> heard.add("failed"));
        run(1_500);

        assertThat(heard).containsExactly("connected", "failed", "disconnected", "connected");
        assertThat(stub.member()).isNotEqualTo(before);
    }

    @Test
    void withNobodyThereQuestionsFailSoonAndPausesGrow() {
        stub.ask(new ToPlacement.Leaving(1), 60_000 * MILLI, answer -> heard.add("answer"), () -> heard.add("failed"));
        run(200);
        assertThat(heard).containsExactly("failed");
        assertThat(stub.tell(new ToPlacement.Leaving(1))).isFalse();

        run(20_000);
        assertThat(stub.nextDeadlineNanos() - now).isBetween(0L, 3_000 * MILLI);
    }

    @Test
    void somethingThatIsNoPlacementDriverIsNotSpokenTo() {
        new Member(FIRST, Hello.STORE);
        new Member(SECOND, Hello.STORE);
        run(3_000);

        assertThat(heard).isEmpty();
        assertThat(stub.isConnected()).isFalse();
    }

    @Test
    void closingFailsWhatIsOpenAndEndsTheLink() {
        Member member = new Member(FIRST, Hello.PLACEMENT);
        member.isMute = true;
        run(2_000);
        stub.ask(new ToPlacement.Leaving(1), 60_000 * MILLI, answer -> heard.add("answer"), () -> heard.add("failed"));

        stub.close();
        run(5_000);

        assertThat(heard).containsExactly("connected", "failed");
        assertThat(stub.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
