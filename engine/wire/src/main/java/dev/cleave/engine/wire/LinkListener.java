package dev.cleave.engine.wire;

import java.nio.ByteBuffer;

/** Hears what happens on links; called on the network's thread, never concurrently for one link. Must not block. */
public interface LinkListener {
    /** The handshake succeeded. May answer with {@link Link#close} to refuse {@code peer}. */
    void onOpen(Link link, Hello peer);

    /** A whole frame has come: little endian, read from its position; the bytes belong to the receiver. */
    void onFrame(Link link, ByteBuffer frame);

    /** The link is gone, or never opened; {@code reason} is for people. Called exactly once per link. */
    void onClose(Link link, String reason);
}
