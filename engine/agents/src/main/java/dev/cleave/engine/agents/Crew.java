package dev.cleave.engine.agents;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.LoopThread;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The agents of a host and the threads that run them: as many threads as agents, of which only as many are awake as are needed. Whoever ends a turn
 * takes on the next agent that has something to do, so that a message from one agent to another wakes no thread; another thread is called only when
 * all who are awake may be held up. After the pattern Leader/Followers (Schmidt et al. 2000): one of those who rest, the timekeeper, sleeps until the
 * next deadline of any agent, the others until they are called.
 *
 * <p>A thread that is awake anyway need wake nobody either: a {@link LoopThread} that has a message for a brief agent while nobody of the crew is awake gives it its turn itself, as a guest, when it is through with
 * what it is at.
 *
 * <p>An agent is run by one thread at a time; the lock makes what one has written visible to the next.
 */
final class Crew {
    /** However quiet it is, every agent gets a turn so often: none stands still for good over a deadline it told wrongly. */
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<CrewMember> members = new ArrayList<>();
    /** Who was called last goes first: its caches are warm. */
    private final Deque<CrewThread> resting = new ArrayDeque<>();

    private @Nullable CrewThread timekeeper;
    private long timekeeperNanos;
    private int threads;
    /** Threads that will look for an agent to run without being held up by anything before. */
    private int ready;
    /** Where the search for an agent goes on: all get their turn. */
    private int next;

    Crew(Clock clock) {
        this.clock = clock;
    }

    /** Takes on an agent; the caller starts one more thread. */
    void join(CrewMember member) {
        lock.lock();
        try {
            members.add(member);
            member.isSignalled = true;
            threads++;
            ready++;
        } finally {
            lock.unlock();
        }
    }

    /** There is something to do for {@code member}. Any thread. */
    void signal(CrewMember member) {
        lock.lock();
        try {
            boolean isForgotten = !member.isRunning && ready == 0 && !isAboutToLook();
            if (member.isSignalled || (isForgotten && willVisit(member))) {
                return;
            }
            member.isSignalled = true;
            if (isForgotten) {
                call();
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #signal}, for someone who may wait for the answer on a thread of the crew. */
    void signalAndCall(CrewMember member) {
        lock.lock();
        try {
            member.isSignalled = true;
            call();
        } finally {
            lock.unlock();
        }
    }

    /** Whether this is a thread of the crew in a turn that ends with what it tells others: it takes that on itself. */
    private boolean isAboutToLook() {
        return Thread.currentThread() instanceof CrewThread own && own.isOf(this) && own.isAboutToLook();
    }

    /** Whether this is a thread of somebody else's that will give the agent its turn. Others do not rely on it: it may have much to do before. */
    private static boolean willVisit(CrewMember member) {
        LoopThread here = member.turns == Agent.Turns.BRIEF ? LoopThread.here() : null;
        boolean isPromised = here != null && (here.equals(member.visitor) || here.afterwards(member.visit));
        if (isPromised) {
            member.visitor = here;
        }
        return isPromised;
    }

    /** Takes on {@code member} for one turn of a guest; false if somebody has done so meanwhile. */
    boolean takeAsGuest(CrewMember member) {
        lock.lock();
        try {
            if (member.isRunning || !member.hasSomethingToDo()) {
                return false;
            }
            member.take();
            member.guest = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A guest leaves what is left, and the deadline, to the crew. */
    void partAsGuest(CrewMember member) {
        lock.lock();
        try {
            boolean isEarlier = timekeeper == null || member.deadlineNanos - timekeeperNanos < 0;
            if (!member.isRunning && ready == 0 && (member.isSignalled || isEarlier)) {
                call();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes on the next agent that has something to do, once there is one; null if the thread is not needed any more. */
    @Nullable
    CrewMember take(CrewThread self) {
        lock.lock();
        try {
            while (true) {
                if (threads > members.size()) {
                    threads--;
                    ready--;
                    if (ready == 0) {
                        // Whoever goes may have been about to keep the time.
                        call();
                    }
                    return null;
                }
                long now = clock.nanos();
                CrewMember found = find(now);
                if (found != null) {
                    found.take();
                    if (found.turns != Agent.Turns.BRIEF) {
                        ready--;
                        callSubstitute();
                    }
                    return found;
                }
                rest(self, now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Puts an agent back after a turn. */
    void settle(CrewMember member, boolean hasMore, long deadlineNanos) {
        long latest = clock.nanos() + IDLE_NANOS_MAX;
        lock.lock();
        try {
            member.isRunning = false;
            member.guest = null;
            member.isSignalled |= hasMore;
            member.deadlineNanos = Math.min(deadlineNanos, latest);
            if (member.turns != Agent.Turns.BRIEF) {
                ready++;
            }
        } finally {
            lock.unlock();
        }
    }

    /** An agent has ended: one thread less is needed. */
    void leave(CrewMember member) {
        lock.lock();
        try {
            members.remove(member);
            if (member.turns != Agent.Turns.BRIEF) {
                ready++;
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable CrewMember find(long now) {
        int count = members.size();
        for (int i = 0; i < count; i++) {
            CrewMember member = members.get((next + i) % count);
            if (!member.isRunning && (member.hasSomethingToDo() || member.deadlineNanos - now <= 0)) {
                next = (next + i + 1) % count;
                return member;
            }
        }
        return null;
    }

    /** Whoever may be held up now does not leave an agent with something to do, or the deadlines of all, to nobody. */
    private void callSubstitute() {
        if (ready > 0) {
            return;
        }
        if (timekeeper == null && !resting.isEmpty()) {
            call();
            return;
        }
        for (CrewMember member : members) {
            if (!member.isRunning && member.isSignalled) {
                call();
                return;
            }
        }
    }

    /** Wakes one of those who rest, the timekeeper last. */
    private void call() {
        CrewThread called = resting.pollFirst();
        if (called == null) {
            return;
        }
        if (called == timekeeper) {
            CrewThread other = resting.pollFirst();
            if (other == null) {
                timekeeper = null;
            } else {
                resting.addFirst(called);
                called = other;
            }
        }
        ready++;
        called.isCalled = true;
        LockSupport.unpark(called);
    }

    private void rest(CrewThread self, long now) {
        long due = now + IDLE_NANOS_MAX;
        for (CrewMember member : members) {
            if (!member.isRunning) {
                due = Math.min(due, member.deadlineNanos);
            }
        }
        boolean keepsTime = timekeeper == null || due - timekeeperNanos < 0;
        if (keepsTime) {
            timekeeper = self;
            timekeeperNanos = due;
        }
        ready--;
        self.isCalled = false;
        resting.addFirst(self);
        lock.unlock();
        if (keepsTime) {
            LockSupport.parkNanos(this, due - now);
        } else {
            LockSupport.park(this);
        }
        lock.lock();
        if (!self.isCalled) {
            resting.remove(self);
            ready++;
        }
        if (timekeeper == self) {
            timekeeper = null;
        }
    }
}
