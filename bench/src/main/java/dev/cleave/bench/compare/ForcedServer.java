package dev.cleave.bench.compare;

import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.SharedLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Sends back what it gets, once that is in Cleave's own log and forced: what a put costs if nothing is replicated, looked up or applied. One event loop, and the log's agent;
 * one log write is under way at a time, and what comes meanwhile leaves with the next. Arguments: the port on loopback, the log's directory.
 */
public final class ForcedServer {
    private static final int FRAME_BYTES_MAX = 1 << 20;

    private ForcedServer() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        ThreadAgentHost agents = new ThreadAgentHost(new SystemClock(), (role, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        SharedLog log = SharedLog.openChronicle(directory, LogOptions.defaults(), agents, new SystemClock());
        var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Turns turns = new Turns(log, loops.next());
        EchoServer.serve(
                loops,
                Integer.parseInt(arguments[0]),
                channel -> channel.pipeline()
                        .addLast(new LengthFieldBasedFrameDecoder(FRAME_BYTES_MAX, 0, Integer.BYTES), turns));
    }

    /** All connections' requests, one log write after the other. Owned by the event loop. */
    @Sharable
    private static final class Turns extends ChannelInboundHandlerAdapter {
        private static final long GROUP = 1;
        private static final long TERM = 6;

        private final SharedLog log;
        private final EventLoop loop;
        private final List<Asked> gathered = new ArrayList<>();
        private final List<Asked> underWay = new ArrayList<>();
        private long index = 5;

        Turns(SharedLog log, EventLoop loop) {
            this.log = log;
            this.loop = loop;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            gathered.add(new Asked(context.channel(), (ByteBuf) message));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            begin();
        }

        private void begin() {
            if (gathered.isEmpty() || !underWay.isEmpty()) {
                return;
            }
            underWay.addAll(gathered);
            gathered.clear();
            LogWrite write = new LogWrite(forced -> loop.execute(this::answer));
            LogWrite.Section section = write.section(GROUP, GROUP);
            if (index == 5) {
                section.reset(5, 5);
            }
            long before = index;
            underWay.forEach(asked -> section.entry(entry(asked.frame())));
            section.hardState(TERM, 1, before);
            if (before > 5) {
                section.compact(before, TERM);
            }
            Invariant.check(log.write(write), "the log takes one turn at a time");
        }

        private ByteBuffer entry(ByteBuf frame) {
            ByteBuffer payload = frame.nioBuffer();
            ByteBuffer entry = ByteBuffer.allocate(EntryLayout.HEADER_BYTES + payload.remaining())
                    .order(ByteOrder.LITTLE_ENDIAN);
            EntryLayout.put(entry, (byte) 1, ++index, TERM, payload);
            return entry.flip();
        }

        private void answer() {
            Set<Channel> channels = new LinkedHashSet<>();
            for (Asked asked : underWay) {
                channels.add(asked.channel());
                asked.channel().write(asked.frame(), asked.channel().voidPromise());
            }
            channels.forEach(Channel::flush);
            underWay.clear();
            begin();
        }
    }

    /** A request, its length before it, as it came and as it goes back. */
    private record Asked(Channel channel, ByteBuf frame) {}
}
