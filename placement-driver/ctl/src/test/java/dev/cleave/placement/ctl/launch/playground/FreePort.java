package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.wire.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** An address of the loopback at which nobody listens. */
public final class FreePort {
    private FreePort() {}

    public static Address address() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return new Address("127.0.0.1", socket.getLocalPort());
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
