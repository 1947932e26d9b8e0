package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.wire.Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says loudly that a server can be reached from other machines: there is neither TLS nor authentication. */
final class Exposure {
    private static final Logger LOG = LoggerFactory.getLogger(Exposure.class);

    private Exposure() {}

    static void tell(ServerSettings settings) {
        for (Address address : new Address[] {settings.listen(), settings.http()}) {
            if (isOpen(address)) {
                LOG.warn(
                        "event=open address={} advice=\"whoever reaches it may read, write and administer: there is no TLS and no authentication\"",
                        address);
            }
        }
    }

    /** Whether anybody but this machine may reach it; a host that has no address is told of when it is bound. */
    static boolean isOpen(Address address) {
        try {
            return !InetAddress.getByName(address.host()).isLoopbackAddress();
        } catch (UnknownHostException nowhere) {
            return false;
        }
    }
}
