package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.util.Optional;
import java.util.Set;

/** What others are told to reach a server by. */
final class Advertised {
    private static final Set<String> ANY_HOST = Set.of("0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0");

    private Advertised() {}

    static boolean isAnyHost(Address address) {
        return ANY_HOST.contains(address.host());
    }

    /** Refuses a server that nobody could be told how to reach. */
    static void check(String server, Address listen, Optional<Address> advertise) {
        if (advertise.isPresent()
                && (isAnyHost(advertise.get()) || advertise.get().port() == 0)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--advertise " + advertise.get() + " is no address by which others reach " + server);
        }
        if (advertise.isEmpty() && isAnyHost(listen)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--listen " + listen + " is no address by which others reach " + server
                            + "; add --advertise HOST:PORT");
        }
    }
}
