package dev.cleave.engine.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks HTTP over a plain socket, rightly or wrongly as a test likes. Latin-1 throughout, so that a char is a byte. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    record Response(int status, String head, String body) {
        String header(String name) {
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase().startsWith(name.toLowerCase() + ":")) {
                    return line.substring(name.length() + 1).trim();
                }
            }
            return "";
        }
    }

    RawClient(HttpServer server) throws IOException {
        socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    RawClient write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    Response read() throws IOException {
        return read(false);
    }

    /** Reads one response; {@code isBodiless} for the answer to HEAD. */
    Response read(boolean isBodiless) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after '" + head + "'");
            }
            head.append((char) next);
        }
        Response start = new Response(Integer.parseInt(head.substring(9, 12)), head.toString(), "");
        String length = start.header("Content-Length");
        int bytes = isBodiless || length.isEmpty() ? 0 : Integer.parseInt(length);
        byte[] body = in.readNBytes(bytes);
        return new Response(start.status, start.head, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Reads one chunk of a body; empty for the last. */
    String readChunk() throws IOException {
        StringBuilder size = new StringBuilder();
        while (size.indexOf("\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended where a chunk should begin");
            }
            size.append((char) next);
        }
        int bytes = Integer.parseInt(size.substring(0, size.length() - 2), 16);
        byte[] chunk = in.readNBytes(bytes);
        if (chunk.length < bytes || in.readNBytes(2).length < 2) {
            throw new IOException("the connection ended within a chunk");
        }
        return new String(chunk, StandardCharsets.ISO_8859_1);
    }

    /** Whether the server has closed and sent nothing more. */
    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    String readAll() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        in.transferTo(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
