package dev.cleave.engine.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.LoopThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What agents that share threads may rely on. */
@Timeout(60)
final class CrewTest {
    private static final int WAIT_SECONDS = 20;

    private final SystemClock clock = new SystemClock();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ThreadAgentHost host =
            new ThreadAgentHost(clock, (role, cause) -> failures.add(role + ": " + cause.getMessage()));

    /** Does with each message what it was told to; sees whether two threads were ever in it at once. */
    private static final class Worker implements Agent {
        final Inbox<Integer> inbox = new Inbox<>(64);
        private final Turns turns;
        private final Consumer<Integer> job;
        private final AtomicBoolean isInside = new AtomicBoolean();

        Worker(Turns turns, Consumer<Integer> job) {
            this.turns = turns;
            this.job = job;
        }

        @Override
        public String role() {
            return "worker";
        }

        @Override
        public Turns turns() {
            return turns;
        }

        @Override
        public int doWork(long nowNanos) {
            if (!isInside.compareAndSet(false, true)) {
                throw new IllegalStateException("two threads in one agent");
            }
            int work = inbox.drain(job, 8);
            isInside.set(false);
            return work;
        }
    }

    /** Beats each 2 ms. */
    private final class Heart implements Agent {
        private final CountDownLatch beats;
        private long next = clock.nanos();

        Heart(CountDownLatch beats) {
            this.beats = beats;
        }

        @Override
        public String role() {
            return "heart";
        }

        @Override
        public Turns turns() {
            return Turns.BRIEF;
        }

        @Override
        public int doWork(long nowNanos) {
            if (nowNanos - next < 0) {
                return 0;
            }
            next = nowNanos + TimeUnit.MILLISECONDS.toNanos(2);
            beats.countDown();
            return 1;
        }

        @Override
        public long nextDeadlineNanos() {
            return next;
        }
    }

    /** Beats once, 2 ms after each message. */
    private final class Late implements Agent {
        final Inbox<CountDownLatch> inbox = new Inbox<>(8);
        private long due = Long.MAX_VALUE;
        private @Nullable CountDownLatch beat;

        @Override
        public String role() {
            return "late";
        }

        @Override
        public Turns turns() {
            return Turns.BRIEF;
        }

        @Override
        public int doWork(long nowNanos) {
            CountDownLatch asked = inbox.poll();
            if (asked != null) {
                beat = asked;
                due = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(2);
            } else if (beat != null && nowNanos - due >= 0) {
                beat.countDown();
                beat = null;
                due = Long.MAX_VALUE;
            }
            return 0;
        }

        @Override
        public long nextDeadlineNanos() {
            return due;
        }
    }

    /** An event loop of somebody else's: does what comes in turn. */
    private static final class Loop extends Thread implements LoopThread, AutoCloseable {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private volatile boolean isClosed;

        Loop() {
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try {
                while (!isClosed) {
                    tasks.take().run();
                }
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        }

        @Override
        public boolean afterwards(Runnable task) {
            return tasks.add(task);
        }

        @Override
        public void close() {
            tasks.add(() -> isClosed = true);
        }
    }

    private Worker start(Agent.Turns turns, Consumer<Integer> job) {
        Worker worker = new Worker(turns, job);
        worker.inbox.ownedBy(host.start(worker));
        return worker;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    @AfterEach
    void nothingFails() {
        host.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void whoeverHasSomethingToDoIsServedWhileAllOthersWait() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(3);
        Consumer<Integer> wait = ignored -> {
            held.countDown();
            await(release);
        };
        List<Worker> waiting = List.of(
                start(Agent.Turns.WAITING, wait), start(Agent.Turns.LONG, wait), start(Agent.Turns.WAITING, wait));
        CountDownLatch answered = new CountDownLatch(100);
        Worker brief = start(Agent.Turns.BRIEF, ignored -> answered.countDown());

        waiting.forEach(worker -> worker.inbox.offer(0));
        await(held);
        for (int i = 0; i < 100; i++) {
            long left = answered.getCount();
            assertThat(brief.inbox.offer(i)).isTrue();
            awaitBelow(answered, left);
        }

        release.countDown();
    }

    private void awaitBelow(CountDownLatch latch, long count) {
        long began = clock.nanos();
        while (latch.getCount() >= count) {
            assertThat(clock.nanos() - began).isLessThan(TimeUnit.SECONDS.toNanos(WAIT_SECONDS));
            Thread.onSpinWait();
        }
    }

    @Test
    void deadlinesAreKeptWhileAllOthersWait() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(2);
        CountDownLatch beats = new CountDownLatch(50);
        host.start(new Heart(beats));
        for (int i = 0; i < 2; i++) {
            Worker waiting = start(Agent.Turns.WAITING, ignored -> {
                held.countDown();
                await(release);
            });
            waiting.inbox.offer(i);
        }
        await(held);

        await(beats);

        release.countDown();
    }

    @Test
    void deadlinesAreKeptAfterOthersHaveEnded() {
        for (int i = 0; i < 50; i++) {
            CountDownLatch beats = new CountDownLatch(5);
            AgentHandle heart = host.start(new Heart(beats));
            List<AgentHandle> others = new ArrayList<>();
            for (Agent.Turns turns : Agent.Turns.values()) {
                others.add(host.start(new Worker(turns, ignored -> {})));
            }

            others.forEach(AgentHandle::close);
            await(beats);

            heart.close();
        }
    }

    /** What the whole is for: a message from agent to agent wakes nobody. */
    @Test
    void aMessageBetweenAgentsMostlyStaysOnItsThread() throws Exception {
        LinkedBlockingQueue<Boolean> isSame = new LinkedBlockingQueue<>();
        List<Thread> from = new ArrayList<>();
        Worker second = start(Agent.Turns.WAITING, i -> isSame.add(from.get(i).equals(Thread.currentThread())));
        Worker first = start(Agent.Turns.BRIEF, i -> {
            from.add(Thread.currentThread());
            second.inbox.offer(i);
        });

        int same = 0;
        for (int i = 0; i < 1_000; i++) {
            first.inbox.offer(i);
            Boolean stayed = isSame.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(stayed).isNotNull();
            same += Boolean.TRUE.equals(stayed) ? 1 : 0;
        }

        assertThat(same).isGreaterThan(500);
    }

    /** Each lost call would cost up to a second. */
    @Test
    void noMessageIsForgottenInARingOfAgents() {
        int hops = 40_000;
        CountDownLatch done = new CountDownLatch(4);
        Worker[] ring = new Worker[5];
        Agent.Turns[] turns = Agent.Turns.values();
        for (int i = 0; i < ring.length; i++) {
            int after = (i + 1) % ring.length;
            ring[i] = start(turns[i % turns.length], left -> pass(ring[after], left, done));
        }
        long began = clock.nanos();

        for (int i = 0; i < 4; i++) {
            ring[i].inbox.offer(hops);
        }
        await(done);

        assertThat(clock.nanos() - began).isLessThan(TimeUnit.SECONDS.toNanos(WAIT_SECONDS));
    }

    private static void pass(@Nullable Worker to, int left, CountDownLatch done) {
        if (left == 0 || to == null) {
            done.countDown();
        } else {
            to.inbox.offer(left - 1);
        }
    }

    @Test
    void anAgentThatClosesAnotherDoesNotWaitForItself() {
        CountDownLatch closed = new CountDownLatch(1);
        AgentHandle other = host.start(new Worker(Agent.Turns.LONG, ignored -> {}));
        Worker closer = start(Agent.Turns.BRIEF, ignored -> {
            other.close();
            closed.countDown();
        });

        closer.inbox.offer(1);

        await(closed);
    }

    /** Whoever is awake anyway wakes nobody for a brief turn. Some turns go to threads of the crew, which may be awake just then. */
    @Test
    void anEventLoopGivesABriefAgentItsTurnItself() throws Exception {
        LinkedBlockingQueue<Thread> ranOn = new LinkedBlockingQueue<>();
        Worker brief = start(Agent.Turns.BRIEF, ignored -> ranOn.add(Thread.currentThread()));
        try (Loop loop = new Loop()) {
            int own = 0;
            for (int i = 0; i < 1_000; i++) {
                loop.tasks.add(() -> brief.inbox.offer(1));
                Thread thread = ranOn.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                assertThat(thread).isNotNull();
                own += loop.equals(thread) ? 1 : 0;
            }

            assertThat(own).isGreaterThan(900);
        }
    }

    @Test
    void anEventLoopIsNotKeptByAgentsThatMayWait() throws Exception {
        LinkedBlockingQueue<Thread> ranOn = new LinkedBlockingQueue<>();
        Worker waiting = start(Agent.Turns.WAITING, ignored -> ranOn.add(Thread.currentThread()));
        Worker brief = start(Agent.Turns.BRIEF, waiting.inbox::offer);
        try (Loop loop = new Loop()) {
            for (int i = 0; i < 1_000; i++) {
                Worker asked = i % 2 == 0 ? waiting : brief;
                loop.tasks.add(() -> asked.inbox.offer(1));
                assertThat(ranOn.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isInstanceOf(CrewThread.class);
            }
        }
    }

    @Test
    void nobodyWaitsForAnEventLoopThatHasPromisedATurnAndIsHeldUp() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch promised = new CountDownLatch(1);
        CountDownLatch served = new CountDownLatch(3);
        Worker brief = start(Agent.Turns.BRIEF, ignored -> served.countDown());
        try (Loop busy = new Loop();
                Loop other = new Loop()) {
            for (Runnable offer :
                    List.<Runnable>of(() -> other.tasks.add(() -> brief.inbox.offer(2)), () -> brief.inbox.offer(3))) {
                busy.tasks.add(() -> {
                    brief.inbox.offer(1);
                    promised.countDown();
                    await(release);
                });
                await(promised);
                long left = served.getCount();
                offer.run();
                awaitBelow(served, left);
            }
            release.countDown();
            await(served);
        }
    }

    /** One that was forgotten would come a second late. */
    @Test
    void aDeadlineSetInAGuestsTurnIsKept() {
        Late late = new Late();
        late.inbox.ownedBy(host.start(late));
        host.start(new Worker(Agent.Turns.LONG, ignored -> {}));
        try (Loop loop = new Loop()) {
            long began = clock.nanos();
            for (int i = 0; i < 100; i++) {
                CountDownLatch beat = new CountDownLatch(1);
                loop.tasks.add(() -> late.inbox.offer(beat));
                await(beat);
            }

            assertThat(clock.nanos() - began).isLessThan(TimeUnit.SECONDS.toNanos(WAIT_SECONDS));
        }
    }

    /** Each lost call would cost up to a second. */
    @Test
    void noMessageIsForgottenBetweenEventLoopsAndAgents() {
        CountDownLatch done = new CountDownLatch(4);
        try (Loop first = new Loop();
                Loop second = new Loop()) {
            Worker[] ring = new Worker[4];
            Agent.Turns[] turns = {
                Agent.Turns.BRIEF, Agent.Turns.BRIEF, Agent.Turns.WAITING, Agent.Turns.BRIEF,
            };
            for (int i = 0; i < ring.length; i++) {
                int after = (i + 1) % ring.length;
                Loop loop = i % 2 == 0 ? first : second;
                ring[i] = start(turns[i], left -> loop.tasks.add(() -> pass(ring[after], left, done)));
            }
            long began = clock.nanos();

            for (int i = 0; i < 4; i++) {
                ring[i].inbox.offer(20_000);
            }
            await(done);

            assertThat(clock.nanos() - began).isLessThan(TimeUnit.SECONDS.toNanos(WAIT_SECONDS));
        }
    }

    @Test
    void anAgentEndsInAGuestsTurnAsInAnyOther() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        AgentHandle[] own = new AgentHandle[1];
        try (Loop loop = new Loop()) {
            Worker closer = new Worker(Agent.Turns.BRIEF, ignored -> {
                own[0].close();
                closed.countDown();
            });
            own[0] = host.start(closer);
            closer.inbox.ownedBy(own[0]);
            loop.tasks.add(() -> closer.inbox.offer(1));
            await(closed);

            Worker failing = start(Agent.Turns.BRIEF, ignored -> {
                throw new IllegalStateException("on purpose");
            });
            loop.tasks.add(() -> failing.inbox.offer(1));
            long began = clock.nanos();
            while (failures.isEmpty()) {
                assertThat(clock.nanos() - began).isLessThan(TimeUnit.SECONDS.toNanos(WAIT_SECONDS));
                Thread.onSpinWait();
            }
            assertThat(failures.remove()).isEqualTo("worker: on purpose");
            CountDownLatch served = new CountDownLatch(1);
            Worker other = start(Agent.Turns.BRIEF, ignored -> served.countDown());
            loop.tasks.add(() -> other.inbox.offer(1));
            await(served);
        }
    }
}
