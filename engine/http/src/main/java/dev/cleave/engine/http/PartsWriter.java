package dev.cleave.engine.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an answer part by part: asks for one, waits until the client has taken it, asks for the next. A client that reads slowly makes it wait, not
 * grow. Owned by its connection's event loop.
 */
final class PartsWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PartsWriter.class);

    /** The connection, which holds the deadlines. */
    interface Owner {
        /** A part is being made. */
        void making();

        /** It is on its way out. */
        void writing();

        /** All of it has left ({@code isWhole}), or it is broken off. */
        void ended(boolean isWhole);
    }

    private final Channel channel;
    private final HttpParts parts;
    private final Owner owner;
    private boolean isStopped;

    PartsWriter(Channel channel, HttpParts parts, Owner owner) {
        this.channel = channel;
        this.parts = parts;
        this.owner = owner;
    }

    void begin(HttpResponse head, boolean isHeadAlone) {
        channel.write(head);
        if (isHeadAlone) {
            finish();
        } else {
            ask();
        }
    }

    /** The connection is gone, or has given up: nothing more is sent. */
    void stop() {
        isStopped = true;
    }

    private void ask() {
        owner.making();
        CompletableFuture<Optional<byte[]>> next;
        try {
            next = parts.next();
        } catch (RuntimeException broken) {
            next = CompletableFuture.failedFuture(broken);
        }
        next.whenComplete((part, failure) -> {
            if (channel.eventLoop().inEventLoop()) {
                made(part, failure);
                return;
            }
            try {
                channel.eventLoop().execute(() -> made(part, failure));
            } catch (RejectedExecutionException serverClosed) {
                LOG.debug("part dropped: the server is closed");
            }
        });
    }

    private void made(@Nullable Optional<byte[]> part, @Nullable Throwable failure) {
        if (isStopped) {
            return;
        }
        if (part == null) {
            LOG.warn("answer broken off remote={} reason=\"{}\"", channel.remoteAddress(), String.valueOf(failure));
            owner.ended(false);
        } else if (part.isEmpty()) {
            finish();
        } else {
            owner.writing();
            channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part.get())))
                    .addListener(written -> {
                        if (!written.isSuccess()) {
                            owner.ended(false);
                        } else if (!isStopped) {
                            // Not from within: a source that always has a part at hand must not grow the stack.
                            channel.eventLoop().execute(this::askUnlessStopped);
                        }
                    });
        }
    }

    private void askUnlessStopped() {
        if (!isStopped) {
            ask();
        }
    }

    private void finish() {
        owner.writing();
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                .addListener(written -> owner.ended(written.isSuccess()));
    }
}
