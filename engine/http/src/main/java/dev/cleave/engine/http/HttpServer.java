package dev.cleave.engine.http;

import dev.cleave.engine.base.AnyThread;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small HTTP/1.1 server. Owns its threads (daemons); handlers are called there and must not block. */
@AnyThread
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final long BIND_SECONDS = 10;
    /** How long requests in progress may still take once the server closes. */
    private static final long GRACE_SECONDS = 2;

    private static final long SHUTDOWN_SECONDS = 3;

    private final HttpOptions options;
    private final EventLoopGroup loops;
    private final HttpConnection.Shared shared;
    private final Map<Channel, HttpConnection> connections = new ConcurrentHashMap<>();
    private volatile @Nullable Channel listening;
    private volatile boolean isClosed;

    private HttpServer(HttpRoutes routes, HttpOptions options, HostCheck hosts) {
        this.options = options;
        this.loops = new MultiThreadIoEventLoopGroup(
                options.eventLoops(), new DefaultThreadFactory(options.threadName(), true), NioIoHandler.newFactory());
        this.shared = new HttpConnection.Shared(routes, options, hosts, new BodyBudget(options.bodiesBytesMax()));
    }

    /**
     * Starts a server on {@code host} and {@code port} (0: any free one).
     *
     * @throws HttpException if the address cannot be bound; the message says which, why and what to do
     */
    public static HttpServer start(String host, int port, HttpRoutes routes, HttpOptions options) {
        InetSocketAddress at = new InetSocketAddress(host, port);
        if (at.isUnresolved()) {
            throw new HttpException("cannot serve HTTP on " + host + ":" + port
                    + ": the host name has no address here; use one of this machine, such as 127.0.0.1 or 0.0.0.0");
        }
        HostCheck hosts = new HostCheck(at.getAddress().isLoopbackAddress(), options.hostsAllowed());
        HttpServer server = new HttpServer(routes, options, hosts);
        try {
            server.bind(at, host + ":" + port);
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
        return server;
    }

    /** Where it listens; with the port that was chosen if none was given. */
    public InetSocketAddress address() {
        Channel at = listening;
        if (at == null) {
            throw new IllegalStateException("not bound");
        }
        return (InetSocketAddress) at.localAddress();
    }

    public int port() {
        return address().getPort();
    }

    /** Accepts nothing more, lets requests in progress end, then closes; waits a few seconds at most. Not for handlers. */
    @Override
    public void close() {
        isClosed = true;
        Channel at = listening;
        if (at != null) {
            at.close().awaitUninterruptibly(GRACE_SECONDS, TimeUnit.SECONDS);
        }
        connections.forEach((channel, connection) -> channel.eventLoop().execute(connection::shutDown));
        awaitConnectionsClosed();
        loops.shutdownGracefully(0, SHUTDOWN_SECONDS - 1, TimeUnit.SECONDS);
        loops.terminationFuture().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    private void awaitConnectionsClosed() {
        List<Channel> channels = List.copyOf(connections.keySet());
        CountDownLatch open = new CountDownLatch(channels.size());
        channels.forEach(channel -> channel.closeFuture().addListener(closed -> open.countDown()));
        try {
            if (!open.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                LOG.info("closing with requests in progress connections={}", connections.size());
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void bind(InetSocketAddress at, String shown) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(4))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accept(accepted);
                    }
                })
                .bind(at);
        if (!bound.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS)) {
            throw new HttpException("cannot serve HTTP on " + shown + ": not bound within " + BIND_SECONDS + " s");
        }
        if (!bound.isSuccess()) {
            throw new HttpException(
                    "cannot serve HTTP on " + shown + ": " + bound.cause().getMessage()
                            + "; stop the process that holds the port, or choose another address",
                    bound.cause());
        }
        listening = bound.channel();
    }

    private void accept(Channel accepted) {
        if (isClosed || connections.size() >= 2 * options.connectionsMax()) {
            accepted.close();
            return;
        }
        boolean isFull = connections.size() >= options.connectionsMax();
        HttpProblem refusal = isFull
                ? new HttpProblem(
                        503, "too many connections", "at most " + options.connectionsMax() + "; try again later")
                : null;
        HttpConnection connection = new HttpConnection(shared, accepted, refusal);
        connections.put(accepted, connection);
        accepted.closeFuture().addListener(closed -> connections.remove(accepted));
        accepted.pipeline()
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object bytes) {
                        connection.onBytes();
                        context.fireChannelRead(bytes);
                    }
                })
                .addLast(new StrictDecoder(options))
                .addLast(new HttpResponseEncoder())
                .addLast(connection);
    }
}
