package dev.cleave.engine.http;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a Host header names this server. A server on the loopback is reachable for any web page in a local browser whose name has been
 * rebound to 127.0.0.1; such a request carries the page's name, and is refused.
 */
record HostCheck(boolean isLoopbackOnly, Set<String> allowed) {
    boolean admits(String hostHeader) {
        if (!isLoopbackOnly) {
            return true;
        }
        String name = withoutPort(hostHeader).toLowerCase(Locale.ROOT);
        boolean isLiteralLoopback =
                name.equals("[::1]") || (name.startsWith("127.") && NetUtil.isValidIpV4Address(name));
        return name.equals("localhost") || isLiteralLoopback || allowed.contains(name);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
