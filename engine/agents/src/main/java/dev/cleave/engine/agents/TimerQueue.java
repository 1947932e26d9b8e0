package dev.cleave.engine.agents;

import dev.cleave.engine.base.Invariant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one owner: a binary heap ordered by (deadline, order of arming), so that equal deadlines run in the order in
 * which they were armed. Arming, moving and disarming cost O(log n) and no garbage. Not thread-safe.
 */
public final class TimerQueue {
    private @Nullable Timer[] heap = new Timer[16];
    private int size;
    private long armings;

    /** Makes a timer of this queue; it sleeps until armed and may be armed again and again. */
    public Timer timer(Runnable task) {
        return new Timer(task);
    }

    /** Makes and arms a timer. */
    public Timer schedule(long deadlineNanos, Runnable task) {
        Timer timer = new Timer(task);
        timer.arm(deadlineNanos);
        return timer;
    }

    public int size() {
        return size;
    }

    /** The earliest deadline, {@link Long#MAX_VALUE} if nothing is armed. */
    public long nextDeadlineNanos() {
        return size == 0 ? Long.MAX_VALUE : at(0).deadlineNanos;
    }

    /** Runs what is due, in order, and returns how many. What is armed meanwhile waits for the next call. */
    public int runDue(long nowNanos) {
        long armedBefore = armings;
        int count = 0;
        while (size > 0 && at(0).deadlineNanos <= nowNanos && at(0).sequence < armedBefore) {
            Timer timer = at(0);
            timer.disarm();
            timer.task.run();
            count++;
        }
        return count;
    }

    /** Takes the earliest timer off if it is due, without running it. */
    @Nullable
    Timer pollDue(long nowNanos) {
        if (size == 0 || at(0).deadlineNanos > nowNanos) {
            return null;
        }
        Timer timer = at(0);
        timer.disarm();
        return timer;
    }

    private Timer at(int place) {
        Timer timer = heap[place];
        Invariant.check(timer != null, "a timer stands at each place of the heap");
        return timer;
    }

    private void put(int place, Timer timer) {
        heap[place] = timer;
        timer.place = place;
    }

    private void siftUp(int place, Timer timer) {
        while (place > 0 && timer.isBefore(at((place - 1) >>> 1))) {
            put(place, at((place - 1) >>> 1));
            place = (place - 1) >>> 1;
        }
        put(place, timer);
    }

    private void siftDown(int place, Timer timer) {
        int child;
        while ((child = 2 * place + 1) < size) {
            if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                child++;
            }
            if (!at(child).isBefore(timer)) {
                break;
            }
            put(place, at(child));
            place = child;
        }
        put(place, timer);
    }

    /** One task that may be armed for a time; belongs to the queue that made it. */
    public final class Timer {
        private final Runnable task;
        private long deadlineNanos;
        private long sequence;
        private int place = -1;

        private Timer(Runnable task) {
            this.task = task;
        }

        public boolean isArmed() {
            return place >= 0;
        }

        /** When it runs; {@link Long#MAX_VALUE} if it is not armed. */
        public long deadlineNanos() {
            return isArmed() ? deadlineNanos : Long.MAX_VALUE;
        }

        /** Arms it for {@code deadlineNanos}, instead of whatever it was armed for. */
        public void arm(long deadlineNanos) {
            disarm();
            this.deadlineNanos = deadlineNanos;
            sequence = armings++;
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            siftUp(size++, this);
        }

        public void disarm() {
            if (place < 0) {
                return;
            }
            int gap = place;
            place = -1;
            Timer last = at(--size);
            heap[size] = null;
            if (gap == size) {
                return;
            }
            if (gap > 0 && last.isBefore(at((gap - 1) >>> 1))) {
                siftUp(gap, last);
            } else {
                siftDown(gap, last);
            }
        }

        Runnable task() {
            return task;
        }

        private boolean isBefore(Timer other) {
            return deadlineNanos != other.deadlineNanos
                    ? deadlineNanos < other.deadlineNanos
                    : sequence < other.sequence;
        }
    }
}
