package dev.cleave.placement.ctl.launch.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT as a wish: the thread that runs the server waits for it, stops in order, and says so; the JVM ends when it has, or when the
 * time is up. One per process.
 */
public final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
    /** A graceful stop may take 10 s; closing files a little more. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode;
    private volatile @Nullable Thread interrupted;

    private StopSignal() {}

    /** One that nobody gives, for commands that run inside another program. */
    public static StopSignal never() {
        return new StopSignal();
    }

    /** From now on a signal asks instead of ending the process. */
    public static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "cleave-stop"));
        return signal;
    }

    /** Asks for a stop when stdin ends: a child process does not outlive the one that started it. */
    public void alsoAtEndOfInput() {
        Thread watch = new Thread(this::readToEnd, "cleave-stdin");
        watch.setDaemon(true);
        watch.start();
    }

    private void readToEnd() {
        try {
            while (System.in.read() >= 0) {
                // What is said does not matter, only that somebody is there.
            }
        } catch (IOException gone) {
            LOG.debug("event=stdin_lost", gone);
        }
        ask();
    }

    private void ask() {
        asked.countDown();
        Thread waiting = interrupted;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits until a stop is asked for. */
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Waits until a stop is asked for, at most {@code time}; whether it was. */
    public boolean await(Duration time) throws InterruptedException {
        return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** While {@code work} runs on this thread, a signal interrupts it. */
    public void interrupting(Runnable work) {
        interrupted = Thread.currentThread();
        try {
            if (!isAsked()) {
                work.run();
            }
        } finally {
            interrupted = null;
            // A late interrupt must not disturb the stop in order.
            Thread.interrupted();
        }
    }

    /** Everything is closed; the process may end with this code. */
    public void stopped(int code) {
        exitCode = code;
        stopped.countDown();
    }

    private void onShutdown() {
        if (stopped.getCount() == 0 && !isAsked()) {
            // The process ends by itself, with the code it has chosen.
            return;
        }
        ask();
        try {
            if (!stopped.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                System.err.println("cleave: not stopped within " + PATIENCE.toSeconds() + " s; ends as it is");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException hurried) {
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
