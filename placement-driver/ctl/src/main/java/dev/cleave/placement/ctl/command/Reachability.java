package dev.cleave.placement.ctl.command;

import dev.cleave.engine.wire.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/** Looks whether anybody listens at one of some addresses; remembers why the last one did not answer. */
final class Reachability {
    private static final int CONNECT_MILLIS_MAX = 3_000;

    private final List<Address> addresses;
    private String trouble = "no answer";

    Reachability(List<Address> addresses) {
        this.addresses = addresses;
    }

    boolean anybodyListens() {
        for (Address address : addresses) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS_MAX);
                return true;
            } catch (UnknownHostException unknown) {
                trouble = "no address is known for the host '" + address.host() + "'";
            } catch (IOException nobody) {
                trouble = String.valueOf(nobody.getMessage()).toLowerCase(Locale.ROOT);
            }
        }
        return false;
    }

    String trouble() {
        return trouble;
    }
}
