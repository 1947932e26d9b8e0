package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Timers;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers that run on one event loop of a {@link NettyNetwork}; they end with it. */
@AnyThread
final class NettyTimers implements Timers {
    private static final Logger LOG = LoggerFactory.getLogger(NettyTimers.class);

    private final EventLoop loop;

    NettyTimers(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(() -> runLogged(task));
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
        Future<?> scheduled = loop.schedule(() -> runLogged(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error broken) {
            LOG.error("task failed", broken);
        }
    }
}
