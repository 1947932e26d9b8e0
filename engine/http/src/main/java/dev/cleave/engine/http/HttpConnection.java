package dev.cleave.engine.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: one request at a time, so pipelined requests are answered in order. Owned by its event loop. Each state has a
 * deadline, and the socket is read only while something is wanted from it. After an answer that leaves the request's body unread,
 * or to malformed input, the connection ends; half-closed first, so that the answer arrives.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Exchange.Answers {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final HttpProblem BROKEN = new HttpProblem(500, "internal error", "the server's log says more");

    private enum State {
        /** Between requests: nothing of the next one has come. */
        RESTING,
        /** Waiting for the end of the headers. */
        HEADERS,
        /** The body is coming. */
        BODY,
        /** The handler has it. */
        ANSWERING,
        /** The answer is on its way out. */
        WRITING,
        /** A part of it is out, the next is being made. */
        CONTINUING,
        /** The last answer has left; the client's leftovers are dropped until it closes. */
        CLOSING
    }

    /** What a server's connections share. */
    record Shared(HttpRoutes routes, HttpOptions options, HostCheck hosts, BodyBudget budget) {}

    private final Shared shared;
    private final Channel channel;
    private final @Nullable HttpProblem refusal;
    private final BodyBuffer body;
    private final ArrayDeque<Object> arrived = new ArrayDeque<>();

    private State state = State.HEADERS;
    private boolean isPumping;
    private boolean isInputEnded;
    private boolean isShuttingDown;
    private @Nullable Future<?> deadline;
    private @Nullable RoutedRequest request;
    private @Nullable Exchange exchange;
    private @Nullable PartsWriter parts;

    /** @param refusal what to tell a client that cannot be served at all, null for the others */
    HttpConnection(Shared shared, Channel channel, @Nullable HttpProblem refusal) {
        this.shared = shared;
        this.channel = channel;
        this.refusal = refusal;
        this.body = new BodyBuffer(shared.budget, shared.options.bodyBytesMax());
    }

    /** Ends the connection as soon as no request is in progress; on the event loop. */
    void shutDown() {
        isShuttingDown = true;
        if (state == State.RESTING || state == State.HEADERS) {
            channel.close();
        }
    }

    /** Some bytes have come, whatever they are. */
    void onBytes() {
        if (state == State.RESTING) {
            enter(State.HEADERS, shared.options.headerDeadline());
        }
    }

    @Override
    public void answer(Exchange of, int status, String contentType, byte[] bytes, Map<String, String> headers) {
        Answer answer = new Answer(status, contentType, bytes, headers);
        onEventLoop(() -> write(of, answer));
    }

    @Override
    public void answerInParts(Exchange of, int status, String contentType, HttpParts source) {
        onEventLoop(() -> write(of, status, contentType, source));
    }

    private void onEventLoop(Runnable step) {
        if (channel.eventLoop().inEventLoop()) {
            step.run();
            return;
        }
        try {
            channel.eventLoop().execute(step);
        } catch (RejectedExecutionException serverClosed) {
            LOG.debug("answer dropped: the server is closed");
        }
    }

    // ---- the channel's events

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (refusal != null) {
            fail(refusal);
            return;
        }
        enter(State.HEADERS, shared.options.headerDeadline());
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        arrived.add(message);
        pump();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        pump();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            isInputEnded = true;
            pump();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        state = State.CLOSING;
        cancelDeadline();
        exchange = null;
        request = null;
        stopParts();
        body.release();
        dropArrived();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("connection failed remote={}", channel.remoteAddress(), cause);
        }
        channel.close();
    }

    // ---- requests

    /** Handles what has arrived as far as the state allows, then asks for more if more is wanted. */
    private void pump() {
        if (isPumping) {
            return;
        }
        isPumping = true;
        try {
            while (wantsMore() && !arrived.isEmpty()) {
                take(arrived.remove());
            }
        } finally {
            isPumping = false;
        }
        if (wantsMore()) {
            if (isInputEnded) {
                channel.close();
            } else {
                channel.read();
            }
        }
    }

    private boolean wantsMore() {
        return state != State.ANSWERING && state != State.WRITING && state != State.CONTINUING;
    }

    private void take(Object message) {
        try {
            if (state != State.CLOSING && message instanceof HttpRequest head) {
                begin(head);
            }
            if (state == State.BODY && message instanceof HttpContent content) {
                receive(content);
            }
        } catch (HttpProblem problem) {
            fail(problem);
        } catch (RuntimeException | Error broken) {
            LOG.error("request failed remote={}", channel.remoteAddress(), broken);
            fail(BROKEN);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest message) {
        RequestHead head = RequestHead.check(message, shared.hosts, shared.options.bodyBytesMax());
        RoutedRequest routed = RoutedRequest.route(head, shared.routes);
        request = routed;
        enter(State.BODY, shared.options.bodyDeadline());
        if (!routed.isServed() && head.hasBody()) {
            dispatch(routed);
        } else if (head.expectsContinue() && head.hasBody()) {
            channel.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void receive(HttpContent content) {
        if (!content.decoderResult().isSuccess()) {
            throw new HttpProblem(400, "the body is malformed", "");
        }
        RoutedRequest routed = Objects.requireNonNull(request);
        body.append(content.content(), routed.head().contentLength());
        if (content instanceof LastHttpContent) {
            dispatch(routed);
        }
    }

    private void dispatch(RoutedRequest routed) {
        enter(State.ANSWERING, shared.options.answerDeadline());
        Exchange current = new Exchange(
                routed.head(),
                routed.remainder(),
                routed.query(),
                body.toBytes(),
                (InetSocketAddress) channel.remoteAddress(),
                this);
        exchange = current;
        try {
            routed.handler().handle(current);
        } catch (HttpProblem problem) {
            current.respondProblem(problem);
        } catch (RuntimeException | Error broken) {
            LOG.error("handler failed method={} remote={}", current.method(), current.remote(), broken);
            current.respondProblem(BROKEN);
        }
    }

    // ---- answers

    private void write(Exchange of, Answer answer) {
        RoutedRequest routed = awaiting(of);
        if (routed != null) {
            send(answer, routed.head().method().equals("HEAD"), mayKeepAlive(routed));
        }
    }

    private void write(Exchange of, int status, String contentType, HttpParts source) {
        RoutedRequest routed = awaiting(of);
        if (routed == null) {
            return;
        }
        RequestHead head = routed.head();
        boolean isKeepAlive = mayKeepAlive(routed) && head.isHttp11() && !isShuttingDown;
        body.release();
        exchange = null;
        request = null;
        parts = new PartsWriter(channel, source, new PartsWriter.Owner() {
            @Override
            public void making() {
                enter(State.CONTINUING, shared.options.answerDeadline());
            }

            @Override
            public void writing() {
                enter(State.WRITING, shared.options.bodyDeadline());
            }

            @Override
            public void ended(boolean isWhole) {
                stopParts();
                written(isWhole, isKeepAlive);
            }
        });
        boolean isHead = head.method().equals("HEAD");
        parts.begin(Answer.head(status, contentType, head.isHttp11() && !isHead, isKeepAlive), isHead);
    }

    /** The request that waits for an answer of {@code of}; null if nobody does any more. */
    private @Nullable RoutedRequest awaiting(Exchange of) {
        if (state == State.ANSWERING && of == exchange) {
            return request;
        }
        LOG.debug("answer dropped: too late, or the client is gone");
        return null;
    }

    private static boolean mayKeepAlive(RoutedRequest routed) {
        boolean isBodyRead = routed.isServed() || !routed.head().hasBody();
        return isBodyRead && routed.head().isKeepAlive();
    }

    private void stopParts() {
        PartsWriter writer = parts;
        if (writer != null) {
            writer.stop();
            parts = null;
        }
    }

    /** Answers with a problem, after which the connection ends. */
    private void fail(HttpProblem problem) {
        RoutedRequest routed = request;
        send(Answer.of(problem), routed != null && routed.head().method().equals("HEAD"), false);
    }

    private void send(Answer answer, boolean isHead, boolean mayKeepAlive) {
        boolean isKeepAlive = mayKeepAlive && !isShuttingDown;
        FullHttpResponse response;
        try {
            response = answer.toResponse(isHead, isKeepAlive);
        } catch (IllegalArgumentException unsendable) {
            LOG.error("a handler's answer cannot be sent status={}", answer.status(), unsendable);
            response = Answer.of(BROKEN).toResponse(isHead, isKeepAlive);
        }
        enter(State.WRITING, shared.options.bodyDeadline());
        body.release();
        exchange = null;
        request = null;
        channel.writeAndFlush(response).addListener(done -> written(done.isSuccess(), isKeepAlive));
    }

    private void written(boolean isSuccess, boolean isKeepAlive) {
        if (!isSuccess) {
            channel.close();
        } else if (isKeepAlive && !isShuttingDown) {
            enter(State.RESTING, shared.options.idleClose());
            pump();
        } else {
            closeGently();
        }
    }

    private void closeGently() {
        enter(State.CLOSING, LINGER);
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        pump();
    }

    // ---- deadlines

    private void enter(State next, Duration atMost) {
        state = next;
        cancelDeadline();
        deadline = channel.eventLoop().schedule(() -> expire(next), atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expire(State expected) {
        if (state != expected) {
            return;
        }
        switch (expected) {
            case HEADERS -> fail(new HttpProblem(408, "the headers did not come in time", ""));
            case BODY -> fail(new HttpProblem(408, "the body did not come in time", ""));
            case ANSWERING ->
                fail(new HttpProblem(
                        504,
                        "no answer in time",
                        "a write may or may not have been done; read it back before you repeat it"));
            case RESTING, WRITING, CONTINUING, CLOSING -> channel.close();
        }
    }

    private void cancelDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void dropArrived() {
        for (Object message = arrived.poll(); message != null; message = arrived.poll()) {
            ReferenceCountUtil.release(message);
        }
    }
}
