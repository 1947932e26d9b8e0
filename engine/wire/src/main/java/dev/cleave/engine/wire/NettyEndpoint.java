package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A bound port and the links accepted there; holds at most so many links, and refuses the others in words. */
@AnyThread
final class NettyEndpoint implements Network.Endpoint {
    private static final long UNBIND_SECONDS = 2;

    private final int linksMax;
    private final Function<Address, NettyLink> newLink;
    private final Consumer<NettyEndpoint> onClosed;
    private final Set<NettyLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger linkCount = new AtomicInteger();
    private volatile @Nullable Channel channel;
    private volatile @Nullable Address address;
    private volatile boolean isClosed;

    NettyEndpoint(int linksMax, Function<Address, NettyLink> newLink, Consumer<NettyEndpoint> onClosed) {
        this.linksMax = linksMax;
        this.newLink = newLink;
        this.onClosed = onClosed;
    }

    ChannelInitializer<Channel> initializer() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel accepted) {
                accept(accepted);
            }
        };
    }

    void bound(Channel listening, String host) {
        channel = listening;
        address = new Address(host, ((InetSocketAddress) listening.localAddress()).getPort());
    }

    @Override
    public Address address() {
        Address at = address;
        if (at == null) {
            throw new IllegalStateException("not bound yet");
        }
        return at;
    }

    @Override
    public void close() {
        isClosed = true;
        Channel listening = channel;
        if (listening != null) {
            var unbound = listening.close();
            if (!listening.eventLoop().inEventLoop()) {
                unbound.awaitUninterruptibly(UNBIND_SECONDS, TimeUnit.SECONDS);
            }
        }
        links.forEach(link -> link.abortSoon("this endpoint was closed"));
        onClosed.accept(this);
    }

    private void accept(Channel accepted) {
        NettyLink link = newLink.apply(remoteAddress(accepted.remoteAddress()));
        link.attach(accepted);
        accepted.pipeline().addLast(link);
        links.add(link);
        int count = linkCount.incrementAndGet();
        accepted.closeFuture().addListener(closed -> {
            links.remove(link);
            linkCount.decrementAndGet();
        });
        if (isClosed) {
            link.abort("this endpoint was closed");
        } else if (count > linksMax) {
            link.refuse("too many links, at most " + linksMax + " here; try again later or another node");
        }
    }

    private static Address remoteAddress(SocketAddress from) {
        return from instanceof InetSocketAddress inet
                ? new Address(inet.getAddress().getHostAddress(), inet.getPort())
                : new Address("unknown", 0);
    }
}
