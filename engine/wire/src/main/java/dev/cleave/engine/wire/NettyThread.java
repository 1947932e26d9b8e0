package dev.cleave.engine.wire;

import dev.cleave.engine.base.LoopThread;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The thread of an event loop. What it takes on it does when it has read what the kernel said was there, before it asks the kernel again. */
final class NettyThread extends FastThreadLocalThread implements LoopThread {
    /** Known from the first link on. */
    private @Nullable EventLoop loop;

    private NettyThread(@Nullable ThreadGroup group, Runnable life, String name) {
        super(group, life, name);
    }

    /** Tells the current thread, if it is one of these, that {@code own} is its loop. */
    static void runs(EventLoop own) {
        if (Thread.currentThread() instanceof NettyThread here) {
            here.loop = own;
        }
    }

    @Override
    public boolean afterwards(Runnable task) {
        EventLoop own = loop;
        if (own == null) {
            return false;
        }
        try {
            own.execute(task);
            return true;
        } catch (RejectedExecutionException networkClosed) {
            return false;
        }
    }

    /** Makes daemons with numbered names. */
    static final class Factory extends DefaultThreadFactory {
        Factory(String name) {
            super(name, true);
        }

        @Override
        protected Thread newThread(Runnable life, String name) {
            return new NettyThread(threadGroup, life, name);
        }
    }
}
