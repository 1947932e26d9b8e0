package dev.cleave.bench.compare;

import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Redis under load: SET and GET in its own protocol (RESP), pipelined over a few connections on one event loop. */
final class RespTarget implements KvTarget {
    private static final int CONNECTIONS = 4;
    private static final int TRIES = 100;
    private static final byte[] SET = "*3\r\n$3\r\nSET\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GET = "*2\r\n$3\r\nGET\r\n".getBytes(StandardCharsets.US_ASCII);

    private final List<Channel> channels = new ArrayList<>();

    RespTarget(int port) throws InterruptedException {
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
    }

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
        if (command instanceof KvCommand.Put put) {
            request.writeBytes(SET);
            bulk(request, put.key().bytes());
            bulk(request, put.value().bytes());
        } else if (command instanceof KvCommand.Get get) {
            request.writeBytes(GET);
            bulk(request, get.key().bytes());
        } else {
            request.release();
            return CompletableFuture.completedFuture(Outcome.notApplied("Redis cannot do that"));
        }
        if (channel.eventLoop().inEventLoop()) {
            replies.send(channel, request, answer);
        } else {
            channel.eventLoop().execute(() -> replies.send(channel, request, answer));
        }
        return answer;
    }

    private static void bulk(ByteBuf to, byte[] bytes) {
        to.writeByte('$');
        to.writeCharSequence(Integer.toString(bytes.length), StandardCharsets.US_ASCII);
        to.writeShort('\r' << 8 | '\n');
        to.writeBytes(bytes);
        to.writeShort('\r' << 8 | '\n');
    }

    /** Takes replies apart, and gives each to the oldest request that has none. Owned by its event loop. */
    private static final class Replies extends ByteToMessageDecoder {
        private final Queue<CompletableFuture<Outcome>> waiting = new ArrayDeque<>();

        void send(Channel channel, ByteBuf request, CompletableFuture<Outcome> answer) {
            waiting.add(answer);
            channel.writeAndFlush(request, channel.voidPromise());
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
            if (end < 0) {
                return;
            }
            int start = in.readerIndex();
            byte kind = in.getByte(start);
            String line = in.toString(start + 1, end - start - 2, StandardCharsets.US_ASCII);
            Outcome outcome;
            int next = end + 1;
            if (kind == '$' && !line.equals("-1")) {
                byte[] bytes = new byte[Integer.parseInt(line)];
                if (in.writerIndex() - next < bytes.length + 2) {
                    return;
                }
                in.getBytes(next, bytes);
                next += bytes.length + 2;
                outcome = Outcome.ok(new KvResult.Found(Value.own(bytes)));
            } else if (kind == '$') {
                outcome = Outcome.ok(new KvResult.Found(null));
            } else {
                outcome = kind == '+' ? Outcome.ok(new KvResult.Done()) : Outcome.unknown(line);
            }
            in.readerIndex(next);
            CompletableFuture<Outcome> answer = waiting.remove();
            answer.complete(outcome);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            super.channelInactive(context);
            waiting.forEach(answer -> answer.complete(Outcome.unknown("the connection is closed")));
            waiting.clear();
        }
    }
}
