package dev.cleave.engine.wire;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A peer that speaks over a plain socket, rightly or wrongly as a test likes. */
final class RawPeer implements AutoCloseable {
    private final Socket socket;

    RawPeer(Address to) throws IOException {
        socket = new Socket(to.host(), to.port());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
    }

    RawPeer write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    RawPeer greet() throws IOException {
        return write(frame(FrameLayout.HELLO, hello()));
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads frames until a refusal, and gives its text; "" if the connection ends without. */
    String readRefusal() throws IOException {
        byte[] all = socket.getInputStream().readAllBytes();
        ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= FrameLayout.HEADER_BYTES) {
            ByteBuffer header =
                    in.slice(in.position(), FrameLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            in.position(in.position() + FrameLayout.HEADER_BYTES);
            byte[] payload = new byte[FrameLayout.length(header)];
            in.get(payload);
            if (FrameLayout.kind(header) == FrameLayout.REFUSAL) {
                return new String(payload, StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    static byte[] hello() {
        ByteBuffer encoded = HelloLayout.encode(Hello.client(), HelloLayout.Versions.CURRENT);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    static byte[] frame(int kind, byte[] payload) {
        ByteBuffer header = FrameLayout.newHeader();
        new FrameLayout().write((byte) kind, ByteBuffer.wrap(payload), header);
        ByteBuffer whole = ByteBuffer.allocate(header.remaining() + payload.length);
        return whole.put(header).put(payload).array();
    }

    /** A header that is intact but promises {@code length} bytes. */
    static byte[] headerPromising(int kind, int length) {
        ByteBuffer header = ByteBuffer.allocate(FrameLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(length).putInt(0).put((byte) kind);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(header.array(), 0, 9);
        int check = (int) crc.getValue();
        header.put((byte) check).put((byte) (check >>> 8)).put((byte) (check >>> 16));
        return header.array();
    }
}
