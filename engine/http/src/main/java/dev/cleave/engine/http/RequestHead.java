package dev.cleave.engine.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Locale;

/**
 * A request line and headers that have passed every check: what is ambiguous, and could be read in another way by somebody
 * between the client and us, is refused.
 *
 * @param method as sent
 * @param target path and query as sent
 * @param contentLength what Content-Length says, -1 without
 * @param isChunked whether the body comes in chunks
 * @param expectsContinue whether the client waits for "100 Continue" before it sends the body
 * @param isHttp11 whether the client knows what 1.0 does not, such as chunks
 * @param isKeepAlive whether the client wants to use the connection further
 */
record RequestHead(
        String method,
        String target,
        HttpHeaders headers,
        long contentLength,
        boolean isChunked,
        boolean expectsContinue,
        boolean isHttp11,
        boolean isKeepAlive) {

    static final int METHOD_CHARS_MAX = 16;
    private static final int LENGTH_DIGITS_MAX = 15;

    /** @throws HttpProblem with the status to answer; the connection cannot be used further */
    static RequestHead check(HttpRequest request, HostCheck hosts, int bodyBytesMax) {
        checkDecoded(request);
        HttpHeaders headers = request.headers();
        boolean isHttp11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!isHttp11 && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            throw new HttpProblem(505, "this server speaks HTTP/1.1", "");
        }
        String method = request.method().name();
        if (method.length() > METHOD_CHARS_MAX || !method.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
            throw bad("the method is not a word of capital letters");
        }
        checkTarget(request.uri());
        checkHost(headers, isHttp11, hosts);
        boolean isChunked = isChunked(headers, isHttp11);
        long contentLength = contentLength(headers, isChunked);
        if (contentLength > bodyBytesMax) {
            throw tooLarge(bodyBytesMax);
        }
        boolean expectsContinue = expectsContinue(headers, isHttp11);
        return new RequestHead(
                method,
                request.uri(),
                headers,
                contentLength,
                isChunked,
                expectsContinue,
                isHttp11,
                HttpUtil.isKeepAlive(request));
    }

    boolean hasBody() {
        return isChunked || contentLength > 0;
    }

    String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** Where the query starts; the end of the target without one. */
    int queryStart() {
        int question = target.indexOf('?');
        return question < 0 ? target.length() : question + 1;
    }

    static HttpProblem tooLarge(int bodyBytesMax) {
        return new HttpProblem(413, "the body is larger than " + bodyBytesMax + " bytes", "send less in one request");
    }

    private static void checkDecoded(HttpRequest request) {
        if (request.decoderResult().isSuccess()) {
            return;
        }
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            throw new HttpProblem(414, "the request line is too long", "keys are at most 4 KiB");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            throw new HttpProblem(431, "the headers are too long", "");
        }
        throw bad("the request is malformed");
    }

    private static void checkTarget(String target) {
        if (!target.startsWith("/")) {
            throw bad("the request's target does not start with '/'");
        }
        if (!target.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '#')) {
            throw new HttpProblem(
                    400, "the request's target holds bytes that must be encoded", "percent-encode them, as in %C3%A4");
        }
    }

    private static void checkHost(HttpHeaders headers, boolean isHttp11, HostCheck hosts) {
        List<String> values = headers.getAll(HttpHeaderNames.HOST);
        if (values.size() > 1 || (isHttp11 && values.isEmpty())) {
            throw bad("there must be one Host header");
        }
        if (!values.isEmpty() && !hosts.admits(values.get(0))) {
            throw new HttpProblem(
                    421,
                    "this server listens on the loopback and does not know the host name of the request",
                    "address it as localhost or 127.0.0.1, or add the name to the allowed hosts");
        }
    }

    private static boolean isChunked(HttpHeaders headers, boolean isHttp11) {
        List<String> values = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (values.isEmpty()) {
            return false;
        }
        if (!isHttp11 || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            throw bad("Transfer-Encoding with Content-Length or before HTTP/1.1");
        }
        if (values.size() > 1 || !values.get(0).toLowerCase(Locale.ROOT).equals("chunked")) {
            throw new HttpProblem(501, "the only transfer encoding understood is chunked", "");
        }
        return true;
    }

    private static long contentLength(HttpHeaders headers, boolean isChunked) {
        List<String> values = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (values.isEmpty() || isChunked) {
            return -1;
        }
        String digits = values.get(0);
        boolean isNumber = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (values.size() > 1 || !isNumber) {
            throw bad("Content-Length must be one number");
        }
        return digits.length() > LENGTH_DIGITS_MAX ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    private static boolean expectsContinue(HttpHeaders headers, boolean isHttp11) {
        List<String> values = headers.getAll(HttpHeaderNames.EXPECT);
        if (values.isEmpty()) {
            return false;
        }
        if (values.size() > 1 || !values.get(0).toLowerCase(Locale.ROOT).equals("100-continue")) {
            throw new HttpProblem(417, "the only expectation understood is 100-continue", "");
        }
        return isHttp11;
    }

    private static HttpProblem bad(String error) {
        return new HttpProblem(400, error, "");
    }
}
