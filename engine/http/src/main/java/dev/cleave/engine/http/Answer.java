package dev.cleave.engine.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An answer before it has become a response on the wire. */
record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    static Answer of(HttpProblem problem) {
        byte[] json = JsonText.error(problem.error(), problem.hint()).getBytes(StandardCharsets.UTF_8);
        return new Answer(problem.status(), HttpContentTypes.JSON, json, Map.of());
    }

    /** The beginning of an answer whose body comes in parts; without {@code isChunked} its end is the end of the connection. */
    static HttpResponse head(int status, String contentType, boolean isChunked, boolean isKeepAlive) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        common(response, isKeepAlive);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        if (isChunked) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return response;
    }

    private static void common(HttpResponse response, boolean isKeepAlive) {
        response.headers()
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.CONNECTION, isKeepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    }

    /** @throws IllegalArgumentException if a header or the status cannot be sent */
    FullHttpResponse toResponse(boolean isHead, boolean isKeepAlive) {
        boolean isBodiless = status == 204 || status == 304;
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is no final answer");
        }
        ByteBuf content = isHead || isBodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
        common(response, isKeepAlive);
        headers.forEach((name, value) -> response.headers().set(name, value));
        if (!isBodiless) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return response;
    }
}
