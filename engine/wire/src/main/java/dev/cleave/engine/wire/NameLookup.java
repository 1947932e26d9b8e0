package dev.cleave.engine.wire;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds addresses for host names away from the event loops, since the JDK's look-up blocks. Literal addresses need no look-up and no
 * thread; the one thread ends after some idle seconds. At most {@link #WAITING_MAX} look-ups wait.
 */
final class NameLookup extends AddressResolverGroup<InetSocketAddress> {
    private static final int WAITING_MAX = 256;
    private static final long IDLE_SECONDS = 5;

    private final ThreadPoolExecutor executor;

    NameLookup(String name) {
        executor = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_MAX),
                new DefaultThreadFactory(name + "-names", true));
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
        return new Resolver(loop).asAddressResolver();
    }

    @Override
    public void close() {
        super.close();
        executor.shutdownNow();
    }

    private final class Resolver extends InetNameResolver {
        Resolver(EventExecutor loop) {
            super(loop);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) throws Exception {
            byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
            if (literal != null) {
                promise.setSuccess(InetAddress.getByAddress(host, literal));
                return;
            }
            later(host, promise, () -> promise.trySuccess(InetAddress.getByName(host)));
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            later(host, promise, () -> promise.trySuccess(Arrays.asList(InetAddress.getAllByName(host))));
        }

        private void later(String host, Promise<?> promise, Lookup lookup) {
            try {
                executor.execute(() -> {
                    try {
                        lookup.run();
                    } catch (UnknownHostException | RuntimeException unknown) {
                        promise.tryFailure(unknown);
                    }
                });
            } catch (RejectedExecutionException full) {
                promise.tryFailure(new UnknownHostException(host + ": too many look-ups are waiting"));
            }
        }
    }

    private interface Lookup {
        void run() throws UnknownHostException;
    }
}
