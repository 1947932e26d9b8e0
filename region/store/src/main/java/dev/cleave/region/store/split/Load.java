package dev.cleave.region.store.split;

import dev.cleave.engine.base.AnyThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How often one region was asked since the window began, and a fair sample of where: each request is as likely to be in it as any other. Which ones, depends on
 * nothing but their number, so that a run can be repeated.
 */
@AnyThread
public final class Load {
    static final int SAMPLES = 64;

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicReferenceArray<LoadSample> samples = new AtomicReferenceArray<>(SAMPLES);

    /** What a window has seen; writes are among the requests. */
    record Window(int requests, int writes, List<LoadSample> samples) {}

    /** Counts a request; the slot its sample belongs to, or a negative number if it is not to be sampled. */
    public int hit(boolean isWrite) {
        if (isWrite) {
            writes.incrementAndGet();
        }
        int number = requests.getAndIncrement();
        if (number < SAMPLES) {
            return Math.max(0, number);
        }
        long drawn = Long.remainderUnsigned(mixed(number), number + 1L);
        return drawn < SAMPLES ? (int) drawn : -1;
    }

    public void sample(int slot, LoadSample sample) {
        samples.set(slot, sample);
    }

    /** Ends the window and begins the next. */
    Window take() {
        int seen = requests.getAndSet(0);
        List<LoadSample> taken = new ArrayList<>();
        for (int i = 0; i < Math.min(seen, SAMPLES); i++) {
            LoadSample sample = samples.getAndSet(i, null);
            if (sample != null) {
                taken.add(sample);
            }
        }
        return new Window(seen, Math.min(seen, writes.getAndSet(0)), taken);
    }

    /** The finalizer of splitmix64. */
    private static long mixed(long number) {
        long z = number * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
