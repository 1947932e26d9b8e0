package dev.cleave.engine.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder with its lenient choices taken away. */
final class StrictDecoder extends HttpRequestDecoder {
    StrictDecoder(HttpOptions options) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(options.lineBytesMax())
                .setMaxHeaderSize(options.headerBytesMax())
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
