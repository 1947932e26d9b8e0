package dev.cleave.engine.agents;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.LoopThread;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** An agent in a {@link Crew}. */
final class CrewMember implements AgentHandle {
    private static final long CLOSE_MILLIS_MAX = 10_000;
    /** So often in a row a brief agent may find work before the others get their turn. */
    private static final int BRIEF_TURNS_MAX = 3;

    private final Agent agent;
    private final Crew crew;
    private final Clock clock;
    private final FailureListener failures;
    private final TurnTimes times;
    private final LongAdder turnNanos;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isClosing;

    final Agent.Turns turns;
    /** One turn on a thread that is not of the crew. */
    final Runnable visit = this::visit;
    /** Raised after a message has been left, lowered before the turn that takes it in. Raised under the crew's lock. */
    volatile boolean isSignalled;
    /** Guarded by the crew's lock, as are the next two. */
    boolean isRunning;

    /** The latest event loop that has promised a turn and not given it yet. */
    @Nullable
    LoopThread visitor;

    long deadlineNanos = Long.MAX_VALUE;
    /** Whoever is giving it its turn without being of the crew. Written under the crew's lock. */
    volatile @Nullable Thread guest;

    CrewMember(Agent agent, Crew crew, Clock clock, FailureListener failures, TurnTimes times) {
        this.agent = agent;
        this.crew = crew;
        this.clock = clock;
        this.failures = failures;
        this.times = times;
        turnNanos = times.of(agent.role());
        turns = agent.turns();
    }

    @Override
    public void wake() {
        // A queue may publish its item by an ordered store: without this fence the read below could overtake it.
        VarHandle.fullFence();
        if (!isSignalled) {
            crew.signal(this);
        }
    }

    /** Under the crew's lock. */
    boolean hasSomethingToDo() {
        return isSignalled || visitor != null;
    }

    /** Under the crew's lock. */
    void take() {
        isRunning = true;
        isSignalled = false;
        visitor = null;
    }

    /** Gives the agent its turn, on whatever thread has taken it on. */
    void run() {
        boolean hasFailed = false;
        try {
            if (!isClosing) {
                long begunNanos = times.nanos();
                int work = agent.doWork(clock.nanos());
                for (int i = 1; work > 0 && i < BRIEF_TURNS_MAX && turns == Agent.Turns.BRIEF && !isClosing; i++) {
                    isSignalled = false;
                    work = agent.doWork(clock.nanos());
                }
                turnNanos.add(times.nanos() - begunNanos);
                crew.settle(this, work > 0 || isClosing, work > 0 ? Long.MAX_VALUE : agent.nextDeadlineNanos());
                return;
            }
        } catch (Throwable failure) {
            hasFailed = true;
            failures.failed(agent.role(), failure);
        }
        end(hasFailed);
    }

    private void visit() {
        if (crew.takeAsGuest(this)) {
            run();
            crew.partAsGuest(this);
        }
    }

    private void end(boolean hasFailed) {
        try {
            agent.onClose();
        } catch (Throwable failure) {
            if (!hasFailed) {
                failures.failed(agent.role(), failure);
            }
        } finally {
            crew.leave(this);
            ended.countDown();
        }
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Never interrupts: an interrupt would close the file channels the agent is using. */
    @Override
    public void close() {
        isClosing = true;
        if (hasEnded()) {
            return;
        }
        crew.signalAndCall(this);
        boolean isOwnTurn = Thread.currentThread() instanceof CrewThread own
                ? own.isRunning(this)
                : Thread.currentThread().equals(guest);
        if (isOwnTurn) {
            return;
        }
        try {
            boolean isDone = ended.await(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            if (!isDone) {
                failures.failed(
                        agent.role(),
                        new IllegalStateException("did not end its turn within " + CLOSE_MILLIS_MAX + " ms"));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
