package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.LoopThread;
import dev.cleave.engine.base.Timers;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Links over TCP. Owns a few event loops (daemon threads) and everything that runs on them; listeners are called there and must not
 * block. {@link #listen}, and the closing of a network or an endpoint, wait a bounded time and are not for event loops.
 */
@AnyThread
public final class NettyNetwork implements Network {
    private static final long BIND_SECONDS = 10;
    private static final long SHUTDOWN_SECONDS = 3;
    private static final int BACKLOG = 1024;

    private final HelloLayout.Versions versions;
    private final WireOptions options;
    private final Transport transport;
    private final EventLoopGroup loops;
    private final NameLookup names;
    private final Timers timers;
    private final Set<NettyLink> dialled = ConcurrentHashMap.newKeySet();
    private final Set<NettyEndpoint> endpoints = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /**
     * @param name what its threads are called
     * @param eventLoops how many threads it has
     */
    public NettyNetwork(String name, int eventLoops, WireOptions options) {
        this(name, eventLoops, options, HelloLayout.Versions.CURRENT);
    }

    NettyNetwork(String name, int eventLoops, WireOptions options, HelloLayout.Versions versions) {
        if (eventLoops < 1) {
            throw new IllegalArgumentException("a network needs at least one event loop, not " + eventLoops);
        }
        this.versions = versions;
        this.options = options;
        this.transport = Transport.of(options);
        this.loops = new MultiThreadIoEventLoopGroup(eventLoops, new NettyThread.Factory(name), transport.handlers());
        this.names = new NameLookup(name);
        this.timers = new NettyTimers(loops.next());
    }

    /** Timers on one of the event loops, so that a light client needs no thread of its own. */
    public Timers timers() {
        return timers;
    }

    /** The real time, beside the real network. */
    public Clock clock() {
        return new SystemClock();
    }

    @Override
    public Endpoint listen(Address at, Supplier<Hello> self, LinkListener listener) {
        if (isClosed) {
            throw new WireException("cannot listen on " + at + ": this network is closed");
        }
        NettyEndpoint endpoint = new NettyEndpoint(
                options.acceptedLinksMax(),
                remote -> new NettyLink(remote, self, versions, listener, options),
                endpoints::remove);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(transport.listening())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, options.isNoDelay())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .childHandler(endpoint.initializer())
                .bind(new InetSocketAddress(at.host(), at.port()));
        if (!bound.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS)) {
            bound.cancel(true);
            throw new WireException("cannot listen on " + at + ": not bound within " + BIND_SECONDS + " s");
        }
        if (!bound.isSuccess()) {
            throw BindFailure.explain(at, bound.cause());
        }
        endpoint.bound(bound.channel(), at.host());
        endpoints.add(endpoint);
        if (isClosed) {
            endpoint.close();
            throw new WireException("cannot listen on " + at + ": this network is closed");
        }
        return endpoint;
    }

    @Override
    public Link connect(Address to, Supplier<Hello> self, LinkListener listener) {
        NettyLink link = new NettyLink(to, self, versions, listener, options);
        if (isClosed) {
            link.onConnectFailed("cannot connect to " + to + ": this network is closed");
            return link;
        }
        dialled.add(link);
        ChannelFuture connected = new Bootstrap()
                .group(loops)
                .channel(transport.connected())
                .resolver(names)
                .option(ChannelOption.TCP_NODELAY, options.isNoDelay())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        options.connectTimeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        link.attach(channel);
                        channel.pipeline().addLast(link);
                    }
                })
                .connect(InetSocketAddress.createUnresolved(to.host(), to.port()));
        connected.channel().closeFuture().addListener(closed -> dialled.remove(link));
        connected.addListener(outcome -> {
            if (!outcome.isSuccess()) {
                link.onConnectFailed(describeConnectFailure(to, outcome.cause()));
                connected.channel().close();
            }
        });
        if (isClosed) {
            link.abortSoon("cannot connect to " + to + ": this network is closed");
        }
        return link;
    }

    @Override
    public @Nullable LoopThread here() {
        return LoopThread.here();
    }

    /** Closes every endpoint and link, then the event loops; waits a few seconds at most. */
    @Override
    public void close() {
        isClosed = true;
        endpoints.forEach(NettyEndpoint::close);
        dialled.forEach(link -> link.abortSoon("this network was closed"));
        names.close();
        loops.shutdownGracefully(0, SHUTDOWN_SECONDS - 1, TimeUnit.SECONDS);
        if (!isOnEventLoop()) {
            loops.terminationFuture().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        }
    }

    private boolean isOnEventLoop() {
        for (var loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    private static WriteBufferWaterMark waterMark() {
        return new WriteBufferWaterMark(Outbox.WATER_LOW_BYTES, Outbox.WATER_HIGH_BYTES);
    }

    private static String describeConnectFailure(Address to, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        String why = root instanceof UnknownHostException
                ? "no address is known for this host name"
                : String.valueOf(root.getMessage());
        return "cannot connect to " + to + ": " + why;
    }

    private static final class SystemClock implements Clock {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    }
}
