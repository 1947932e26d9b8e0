package dev.cleave.bench.compare;

import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A server that answers in order, under load: requests are pipelined over a few connections on one event loop. */
abstract class PipelinedTarget implements KvTarget {
    private static final int CONNECTIONS = 4;
    private static final int TRIES = 100;

    private final List<Channel> channels = new ArrayList<>();

    final KvTarget connect(int port) throws InterruptedException {
        Bootstrap bootstrap = new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new FlushConsolidationHandler(256, true), new Replies());
                    }
                });
        for (int i = 0; i < CONNECTIONS; i++) {
            channels.add(connect(bootstrap, port));
        }
        return this;
    }

    /** Writes a request; false if the server cannot do that. */
    abstract boolean encode(KvCommand command, ByteBuf to);

    /** Takes the next reply out of {@code in}; null, and nothing is taken, if it is not whole yet. */
    abstract @Nullable Outcome decode(ByteBuf in);

    private static Channel connect(Bootstrap bootstrap, int port) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            var connecting =
                    bootstrap.connect(new InetSocketAddress("127.0.0.1", port)).await();
            if (connecting.isSuccess()) {
                return connecting.channel();
            }
            if (attempt == TRIES) {
                throw new IllegalStateException("no server at port " + port, connecting.cause());
            }
            Thread.sleep(100);
        }
    }

    @Override
    public CompletableFuture<Outcome> ask(KvCommand command) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        Channel channel = channels.get(ThreadLocalRandom.current().nextInt(CONNECTIONS));
        Replies replies = channel.pipeline().get(Replies.class);
        ByteBuf request = channel.alloc().buffer(256);
        if (!encode(command, request)) {
            request.release();
            return CompletableFuture.completedFuture(Outcome.notApplied("this server cannot do that"));
        }
        if (channel.eventLoop().inEventLoop()) {
            replies.send(channel, request, answer);
        } else {
            channel.eventLoop().execute(() -> replies.send(channel, request, answer));
        }
        return answer;
    }

    /** Gives each reply to the oldest request that has none. Owned by its event loop. */
    private final class Replies extends ByteToMessageDecoder {
        private final Queue<CompletableFuture<Outcome>> waiting = new ArrayDeque<>();

        void send(Channel channel, ByteBuf request, CompletableFuture<Outcome> answer) {
            waiting.add(answer);
            channel.writeAndFlush(request, channel.voidPromise());
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            Outcome outcome = PipelinedTarget.this.decode(in);
            if (outcome != null) {
                waiting.remove().complete(outcome);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            super.channelInactive(context);
            waiting.forEach(answer -> answer.complete(Outcome.unknown("the connection is closed")));
            waiting.clear();
        }
    }
}
