package dev.cleave.engine.wire;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How event loops wait for sockets: by epoll, if Netty's native library for it is on the class path and loads, else by the JDK's selectors. Epoll spares a few system calls and copies
 * per turn of a loop. Whoever has not got the library, a client with nothing but Netty's plain jars, does not notice.
 */
record Transport(
        String name,
        IoHandlerFactory handlers,
        Class<? extends Channel> connected,
        Class<? extends ServerChannel> listening) {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    /** What the library is called in its jars, by machine. */
    private static final List<String> LIBRARIES = List.of(
            "META-INF/native/libnetty_transport_native_epoll_x86_64.so",
            "META-INF/native/libnetty_transport_native_epoll_aarch_64.so");

    static Transport of(WireOptions options) {
        return options.isNative() && hasLibrary() && Epoll.isAvailable() ? epoll() : nio();
    }

    /** Netty is asked only then: newer JDKs print a warning about whoever tries to load a library. */
    private static boolean hasLibrary() {
        ClassLoader loader = Transport.class.getClassLoader();
        return LIBRARIES.stream().anyMatch(library -> loader.getResource(library) != null);
    }

    private static Transport epoll() {
        LOG.debug("event=transport kind=epoll");
        return new Transport(
                "epoll", EpollIoHandler.newFactory(), EpollSocketChannel.class, EpollServerSocketChannel.class);
    }

    private static Transport nio() {
        return new Transport("nio", NioIoHandler.newFactory(), NioSocketChannel.class, NioServerSocketChannel.class);
    }
}
