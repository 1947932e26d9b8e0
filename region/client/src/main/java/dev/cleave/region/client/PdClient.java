package dev.cleave.region.client;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.Network;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.PlacementDriver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the placement driver, for administration. Tries the members given, and those they name, until one answers or the deadline
 * passes. Refusals are answers ({@link PdReply.Refused}). Failures are {@link CleaveException}s: {@link NotAppliedException} if no
 * member answered, {@link UndeterminedException} if an order (split, migrate, transfer, remove) was sent and its answer was lost.
 * Thread-safe.
 */
@AnyThread
public final class PdClient implements PlacementDriver, AutoCloseable {
    private final Rim rim;
    private final PdAsker asker;
    private final boolean ownsNetwork;

    private PdClient(List<Address> members, Rim rim, boolean ownsNetwork) {
        this.rim = rim;
        this.ownsNetwork = ownsNetwork;
        this.asker = new PdAsker(rim, ClientConfig.defaults(members), new Counters(), new ClusterIdentity());
    }

    /**
     * With a network and a thread of its own. Connects when something is first asked.
     *
     * @param members at least one
     */
    public static PdClient connect(List<Address> members) {
        NettyNetwork network = new NettyNetwork("cleave-pd-client", 1, WireOptions.defaults());
        Clock clock = network.clock();
        Randomness randomness = Randomness.seeded(clock.nanos() ^ clock.wallMillis() << 20);
        return new PdClient(members, new Rim(network, network.timers(), clock, randomness), true);
    }

    /** On parts handed in, for embedding and simulation; {@code timers} owns all state. */
    public static PdClient assemble(
            List<Address> members, Network network, Timers timers, Clock clock, Randomness randomness) {
        return new PdClient(members, new Rim(network, timers, clock, randomness), false);
    }

    /** The future is completed on the client's loop: what hangs on it must not block. */
    @Override
    public CompletableFuture<PdReply> ask(PdRequest request, long deadlineNanos) {
        return PdFutures.ask(asker, Runnable::run, request, deadlineNanos);
    }

    /**
     * Asks and waits at most {@code deadline}.
     *
     * @throws NotAppliedException if no member answered
     * @throws UndeterminedException if an order was sent and its answer lost
     */
    public PdReply ask(PdRequest request, Duration deadline) {
        long now = rim.clock().nanos();
        long deadlineNanos = now + ClientBuilder.requirePositive(deadline).toNanos();
        String name = request.getClass().getSimpleName();
        CallSpec spec = new CallSpec(
                "asking the placement driver for", name, PdQuestion.isOrder(request), now, deadlineNanos, 0);
        return Waiting.await(ask(request, deadlineNanos), spec, now);
    }

    /** Ends what is in flight and closes all links. Idempotent. */
    @Override
    public void close() {
        CompletableFuture<Void> closed = PdFutures.close(asker);
        if (ownsNetwork) {
            Waiting.forEnd(closed);
            rim.network().close();
        }
    }
}
