package dev.cleave.engine.wire;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Invariant;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP link, of either side. Its channel's event loop owns it and alone changes its state; {@link #send}, {@link #close} and the
 * questions may come from any thread. Its life: connecting, greeting (our hello is sent, the peer's awaited), open, closed. Once
 * closed the listener has heard so; what was queued before, or a refusal in words, still gets {@link #LINGER_MILLIS} to leave.
 */
@AnyThread
final class NettyLink extends ChannelInboundHandlerAdapter implements Link, FrameReader.Sink {
    /** How long a closed link may still write what it owes. */
    static final long LINGER_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private enum State {
        /** The TCP connection is being made. */
        CONNECTING,
        /** Our hello is on its way. */
        GREETING,
        /** Both have said hello; frames flow. */
        OPEN,
        /** The listener has heard the end. */
        CLOSED
    }

    private final Address remote;
    private final Supplier<Hello> self;
    private final HelloLayout.Versions versions;
    private final LinkListener listener;
    private final WireOptions options;
    private final Outbox outbox;
    private final FrameReader reader = new FrameReader();

    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private volatile State state = State.CONNECTING;
    private volatile boolean isClosing;
    private volatile @Nullable Channel channel;

    // Owned by the event loop.
    private boolean hasHeard;
    private boolean hasSpoken;
    private int silentPeriods;
    private int stalledPeriods;
    private long takenBefore;

    NettyLink(
            Address remote,
            Supplier<Hello> self,
            HelloLayout.Versions versions,
            LinkListener listener,
            WireOptions options) {
        this.remote = remote;
        this.self = self;
        this.versions = versions;
        this.listener = listener;
        this.options = options;
        this.outbox = new Outbox(options.unsentBytesMax());
    }

    @Override
    public boolean send(ByteBuffer frame) {
        Invariant.check(frame.remaining() <= Frames.BYTES_MAX, "a frame is within its limit", frame.remaining());
        Channel at = channel;
        if (!isOpen() || at == null || !outbox.offer(frame)) {
            return false;
        }
        if (outbox.claimDrain()) {
            return runOnLoop(at, this::drain);
        }
        if (at.eventLoop().inEventLoop() && outbox.holdsMuch()) {
            drainAtOnce(at);
        }
        return true;
    }

    /** What fails here is the link's business, not the sender's. */
    private void drainAtOnce(Channel at) {
        try {
            drain();
        } catch (RuntimeException | Error broken) {
            LOG.error("cannot write; closing the link remote={}", remote, broken);
            runOnLoop(at, () -> abort("this side failed: " + Reasons.of(broken)));
        }
    }

    @Override
    public boolean isWritable() {
        return isOpen() && outbox.isBelowBound();
    }

    @Override
    public long unsentBytes() {
        return outbox.unsentBytes();
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN && !isClosing;
    }

    @Override
    public void close() {
        isClosing = true;
        Channel at = channel;
        if (at != null) {
            runOnLoop(at, () -> finish("closed by this side"));
        }
    }

    @Override
    public Address remote() {
        return remote;
    }

    @Override
    public String toString() {
        return remote + "(" + state + ")";
    }

    /** Called once by the network, on the event loop, before anything else happens on the channel. */
    void attach(Channel opened) {
        channel = opened;
        NettyThread.runs(opened.eventLoop());
        if (isClosing) {
            finish("closed by this side");
            return;
        }
        opened.eventLoop()
                .schedule(
                        () -> giveUpIf(State.CONNECTING, "cannot connect to " + remote + ": no answer", false),
                        options.connectTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** The connection could not be made. On the event loop. */
    void onConnectFailed(String reason) {
        end(reason);
    }

    /** Ends the link without lingering, from any thread; once the event loops are gone, on the caller's. */
    void abortSoon(String reason) {
        isClosing = true;
        Channel at = channel;
        if (at == null || !runOnLoop(at, () -> abort(reason))) {
            end(reason);
        }
    }

    /** Ends the link at once, without lingering; on the event loop. */
    void abort(String reason) {
        end(reason);
        Channel at = channel;
        if (at != null) {
            at.close();
        }
    }

    /** Tells the peer why, and ends the link; on the event loop. */
    void refuse(String reason) {
        outbox.offerControl(FrameLayout.REFUSAL, Reasons.encode(reason));
        finish("refused " + remote + ": " + reason);
    }

    // ---- the channel's events

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (state != State.CONNECTING || isClosing) {
            return;
        }
        become(State.GREETING);
        context.executor()
                .schedule(
                        () -> giveUpIf(
                                State.GREETING,
                                "no hello within " + options.handshakeDeadline().toMillis() + " ms",
                                true),
                        options.handshakeDeadline().toMillis(),
                        TimeUnit.MILLISECONDS);
        guarded(() -> {
            outbox.offerControl(FrameLayout.HELLO, HelloLayout.encode(self.get(), versions));
            drain();
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        hasHeard = true;
        try {
            if (message instanceof ByteBuf bytes && isReading()) {
                guarded(() -> reader.read(bytes, this));
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        outbox.discard();
        String unfinished = reader.describeUnfinished();
        if (unfinished != null) {
            end("the connection to " + remote + " ended after " + unfinished);
        } else {
            end(state == State.OPEN ? "closed by " + remote : remote + " closed the connection before its hello");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("link failed remote={}", remote, cause);
        }
        abort("the connection to " + remote + " broke: " + Reasons.of(cause));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            drain();
        }
    }

    // ---- frames

    @Override
    public boolean isReading() {
        return state == State.OPEN || state == State.GREETING;
    }

    @Override
    public void onFrame(byte kind, ByteBuffer payload) throws MalformedFrameException {
        boolean isOpen = state == State.OPEN;
        if (kind == FrameLayout.REFUSAL) {
            abort("refused by " + remote + ": " + Reasons.decode(payload));
        } else if (!isOpen && kind == FrameLayout.HELLO) {
            onHello(payload);
        } else if (isOpen && kind == FrameLayout.DATA) {
            if (!isClosing) {
                listener.onFrame(this, payload);
            }
        } else if (!isOpen || kind != FrameLayout.PING) {
            throw new MalformedFrameException("frame of kind " + kind + (isOpen ? " after" : " before")
                    + " the hello, which is not allowed there");
        }
    }

    private void onHello(ByteBuffer payload) throws MalformedFrameException {
        HelloLayout.checkVersion(payload, versions);
        Hello peer = HelloLayout.decode(payload);
        reader.allowData();
        if (isClosing) {
            return;
        }
        become(State.OPEN);
        scheduleKeepAlive();
        listener.onOpen(this, peer);
    }

    // ---- keeping alive

    private void scheduleKeepAlive() {
        Channel at = channel;
        if (at != null) {
            at.eventLoop().schedule(this::keepAlive, options.keepAlive().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Counts periods, not time: a process that was stopped for a while does not blame its peers for it. */
    private void keepAlive() {
        if (state != State.OPEN) {
            return;
        }
        silentPeriods = hasHeard ? 0 : silentPeriods + 1;
        hasHeard = false;
        if (silentPeriods >= options.silentPeriodsMax()) {
            abort(remote + " was silent for " + options.silenceMax().toMillis() + " ms");
            return;
        }
        boolean isStalled = outbox.unsentBytes() > 0 && outbox.chunksTaken() == takenBefore;
        stalledPeriods = isStalled ? stalledPeriods + 1 : 0;
        takenBefore = outbox.chunksTaken();
        if (stalledPeriods >= options.stalledPeriodsMax()) {
            abort(remote + " took nothing of what waits for it for "
                    + options.stallMax().toMillis() + " ms");
            return;
        }
        if (!hasSpoken && outbox.isEmpty()) {
            outbox.offerControl(FrameLayout.PING, NOTHING.duplicate());
            drain();
        }
        hasSpoken = false;
        scheduleKeepAlive();
    }

    // ---- writing and ending

    private void drain() {
        Channel at = channel;
        if (at != null && outbox.drain(at)) {
            hasSpoken = true;
        }
    }

    private void giveUpIf(State waiting, String reason, boolean tellPeer) {
        if (state != waiting) {
            return;
        }
        if (tellPeer) {
            refuse(reason);
        } else {
            abort(reason + " within " + options.connectTimeout().toMillis() + " ms");
        }
    }

    /** Ends the link for the listener, lets what is queued leave, then closes the channel. */
    private void finish(String reason) {
        Channel at = channel;
        if (state == State.CLOSED || at == null) {
            return;
        }
        end(reason);
        if (!at.isActive()) {
            at.close();
            return;
        }
        at.eventLoop().schedule((Runnable) at::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        drain();
        closeOutputOnceDrained(at);
    }

    /** Half-closes, so that what was written is not lost to a reset; the peer's own close ends the channel. */
    private void closeOutputOnceDrained(Channel at) {
        at.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (!written.isSuccess()) {
                at.close();
            } else if (!outbox.isEmpty()) {
                drain();
                closeOutputOnceDrained(at);
            } else if (at instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                at.close();
            }
        });
    }

    /** The one place where a link becomes closed. */
    private void end(String reason) {
        if (!hasEnded.compareAndSet(false, true)) {
            return;
        }
        isClosing = true;
        become(State.CLOSED);
        try {
            listener.onClose(this, reason);
        } catch (RuntimeException | Error broken) {
            LOG.error("listener failed in onClose remote={}", remote, broken);
        }
    }

    private void become(State next) {
        Invariant.check(next.ordinal() > state.ordinal(), "a link's life goes forward", state, next);
        state = next;
    }

    private interface Step {
        void run() throws MalformedFrameException;
    }

    /** The top of everything that peers and listeners may break. */
    private void guarded(Step step) {
        try {
            step.run();
        } catch (MalformedFrameException malformed) {
            refuse(String.valueOf(malformed.getMessage()));
        } catch (RuntimeException | Error broken) {
            LOG.error("link's listener failed; closing the link remote={}", remote, broken);
            abort("this side failed: " + Reasons.of(broken));
        }
    }

    private static boolean runOnLoop(Channel at, Runnable task) {
        try {
            at.eventLoop().execute(task);
            return true;
        } catch (RejectedExecutionException networkClosed) {
            return false;
        }
    }
}
