package dev.cleave.tests.simulator;

import static dev.cleave.tests.simulator.Victims.MILLI;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Links that work, but badly: slow, narrow, jammed, shaky, broken, or leading to somebody else. */
final class LinkFaults {
    private final Victims victims;
    private final SimNetwork network;

    LinkFaults(Victims victims) {
        this.victims = victims;
        this.network = victims.cluster().network();
    }

    List<Fault> faults() {
        return List.of(
                new Fault(Kind.NETWORK, 2, this::slow),
                new Fault(Kind.NETWORK, 2, this::reset),
                new Fault(Kind.NETWORK, 2, this::narrow),
                new Fault(Kind.NETWORK, 2, this::clog),
                new Fault(Kind.NETWORK, 2, this::shake),
                new Fault(Kind.NETWORK, 2, this::echo),
                new Fault(Kind.NETWORK, 1, this::misroute));
    }

    private void slow(Randomness chance) {
        victims.done("slow-links");
        long nanos = chance.between(20 * MILLI, 1_200 * MILLI);
        harm(chance, true, path -> path.slow(nanos), path -> path.slow(0));
    }

    /** Between 20 MB and 50 KB a second. */
    private void narrow(Randomness chance) {
        victims.done("narrow-links");
        long nanosPerByte = chance.between(50, 20_000);
        harm(chance, true, path -> path.narrow(nanosPerByte), path -> path.narrow(1));
    }

    /** Nothing is lost, but everything comes late and at once. */
    private void clog(Randomness chance) {
        victims.done("clog-links");
        long until = victims.cluster().world().nanos() + chance.between(200 * MILLI, 5_000 * MILLI);
        harm(chance, true, path -> path.clogUntil(until), path -> {});
    }

    private void shake(Randomness chance) {
        victims.done("shake-links");
        harm(chance, false, path -> path.shake(true), path -> path.shake(false));
    }

    private void echo(Randomness chance) {
        victims.done("echo-links");
        harm(chance, false, path -> path.echo(true), path -> path.echo(false));
    }

    /** Harms what one store sends, what it hears, or, if not only {@code ofOne}, half of all links between stores. */
    private void harm(Randomness chance, boolean ofOne, Consumer<Path> harm, Consumer<Path> heal) {
        List<String> hosts = victims.hosts(chance);
        boolean isDeaf = chance.below(2) == 0;
        List<Runnable> heals = new ArrayList<>();
        for (String one : ofOne ? hosts.subList(0, 1) : hosts) {
            for (String other : hosts) {
                if (!other.equals(one) && chance.below(2) == 0) {
                    heals.add(network.harm(isDeaf ? other : one, isDeaf ? one : other, harm, heal));
                }
            }
        }
        victims.later(chance.between(200 * MILLI, 6_000 * MILLI), "heal", () -> heals.forEach(Runnable::run));
    }

    private void reset(Randomness chance) {
        if (network.resetOneLink(chance)) {
            victims.done("reset");
        }
    }

    /** Whoever dials one store reaches another; its links are broken, so that they are dialled again. */
    private void misroute(Randomness chance) {
        victims.done("misroute");
        List<String> hosts = victims.hosts(chance);
        Address meant = new Address(hosts.get(0), SimStore.PORT);
        Runnable heal = network.misroute(meant, new Address(hosts.get(1), SimStore.PORT));
        network.resetLinksTo(meant);
        victims.later(chance.between(200 * MILLI, 4_000 * MILLI), "heal", heal);
    }
}
