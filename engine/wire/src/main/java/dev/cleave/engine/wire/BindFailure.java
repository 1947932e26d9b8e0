package dev.cleave.engine.wire;

import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** Puts into words why an address cannot be listened on, and what to do. */
final class BindFailure {
    private BindFailure() {}

    static WireException explain(Address at, Throwable cause) {
        return new WireException("cannot listen on " + at + ": " + advice(at, cause), cause);
    }

    private static String advice(Address at, Throwable cause) {
        if (cause instanceof UnresolvedAddressException) {
            return "the host name has no address here; use an address of this machine, such as 127.0.0.1 or 0.0.0.0";
        }
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("in use")) {
            return "the port is in use; stop the process that holds it (ss -ltnp 'sport = :" + at.port()
                    + "') or choose another port";
        }
        if (message.contains("assign requested")) {
            return "this machine has no such address; use one of its own, or 0.0.0.0 for all";
        }
        if (cause instanceof SocketException && message.contains("permission denied")) {
            return "not permitted; choose a port of 1024 or above";
        }
        return String.valueOf(cause.getMessage());
    }
}
