package dev.cleave.engine.wire;

import java.util.ArrayList;
import java.util.List;

/** A host and a port, written {@code HOST:PORT}; port 0 means "any free one" when listening. */
public record Address(String host, int port) implements Comparable<Address> {
    public Address {
        if (host.isBlank() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "'" + host + ":" + port + "' is not an address; expected HOST:PORT, such as 127.0.0.1:2379");
        }
    }

    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new Address(text.substring(0, Math.max(colon, 0)), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address; expected HOST:PORT, such as 127.0.0.1:2379");
        }
    }

    /** Parses a comma-separated list. */
    public static List<Address> parseList(String text) {
        List<Address> list = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            list.add(parse(part.trim()));
        }
        return List.copyOf(list);
    }

    @Override
    public int compareTo(Address other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
