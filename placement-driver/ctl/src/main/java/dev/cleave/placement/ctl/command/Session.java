package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One command's way to a cluster: a client over one network thread, made when something is first asked. Whatever fails becomes a
 * {@link CommandFailure} with words and an exit code. A placement driver at which nobody listens is given up within a second; one that has
 * answered before is waited for until the time-out.
 */
public final class Session implements AutoCloseable {
    /** How long an answer may take before it is looked whether anybody listens. */
    private static final Duration PATIENCE = Duration.ofMillis(200);
    /** Looks in a row at which nobody must listen. */
    private static final int LOOKS = 3;

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final List<Address> placement;
    private final Duration timeout;
    private final NettyNetwork network =
            new NettyNetwork("cleave-cli", 1, WireOptions.defaults().withNative(false));
    private final Clock clock = network.clock();
    private final CleaveClient client;
    private boolean hasAnswered;

    Session(ClusterOptions options) {
        this(options.addresses(), options.timeout());
    }

    public Session(List<Address> placement, Duration timeout) {
        this.placement = List.copyOf(placement);
        this.timeout = timeout;
        ClientConfig config = ClientConfig.defaults(placement).withCallDeadline(timeout);
        Randomness randomness = Randomness.seeded(clock.nanos() ^ clock.wallMillis() << 20);
        client = CleaveClient.assemble(config, network, network.timers(), clock, randomness);
    }

    /**
     * The answer of the placement driver.
     *
     * @throws CommandFailure if it refuses, cannot be reached, or answers something else
     */
    public <T extends PdReply> T ask(PdRequest request, Class<T> answer) {
        PdReply reply = reply(request);
        if (reply instanceof PdReply.Refused refused) {
            throw Failures.refused(refused);
        }
        if (!answer.isInstance(reply)) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the placement driver answered " + reply.getClass().getSimpleName() + " instead of "
                            + answer.getSimpleName() + "; is it of another version?");
        }
        return answer.cast(reply);
    }

    /** The client for keys and values; the placement driver has answered once. */
    CleaveClient client() {
        if (!hasAnswered) {
            ask(new PdRequest.GetStatus(), PdReply.Status.class);
        }
        return client;
    }

    /** Where it asks. */
    public List<Address> placement() {
        return placement;
    }

    public long nanos() {
        return clock.nanos();
    }

    public Duration timeout() {
        return timeout;
    }

    /** Waits so long. */
    public void pause(Duration time) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        network.timers().schedule(time.toNanos(), () -> over.complete(true));
        try {
            over.get(time.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            throw interrupted();
        } catch (ExecutionException | TimeoutException broken) {
            throw new IllegalStateException("the timers of this command do not run", broken);
        }
    }

    private PdReply reply(PdRequest request) {
        long deadlineNanos = clock.nanos() + timeout.toNanos();
        CompletableFuture<PdReply> answer = client.placement().ask(request, deadlineNanos);
        try {
            PdReply reply = hasAnswered ? within(answer, timeout.plus(GRACE)) : firstReply(answer);
            hasAnswered = true;
            return reply;
        } catch (CleaveException failed) {
            throw failed.outcomeUnknown()
                    ? Failures.unknownOrder(failed, timeout)
                    : Failures.unreachable(placement, failed.trouble());
        }
    }

    private PdReply firstReply(CompletableFuture<PdReply> answer) {
        Reachability reachability = new Reachability(placement);
        for (int look = 1; look <= LOOKS; look++) {
            if (isDoneWithin(answer, PATIENCE) || reachability.anybodyListens()) {
                return within(answer, timeout.plus(GRACE));
            }
        }
        // Closing ends the question; had it been sent meanwhile, it ends as undetermined and is told so.
        client.close();
        try {
            return within(answer, GRACE);
        } catch (CleaveException failed) {
            if (failed.outcomeUnknown()) {
                throw failed;
            }
            throw Failures.unreachable(placement, reachability.trouble());
        }
    }

    private static boolean isDoneWithin(CompletableFuture<?> answer, Duration patience) {
        try {
            answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true;
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
    }

    private static <T> T within(CompletableFuture<T> answer, Duration limit) {
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CleaveException known) {
                throw known;
            }
            throw new IllegalStateException("asking the placement driver failed inside the client", failed.getCause());
        } catch (TimeoutException stuck) {
            throw new IllegalStateException("the client did not answer within " + limit, stuck);
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
    }

    private static CommandFailure interrupted() {
        Thread.currentThread().interrupt();
        return new CommandFailure(ExitCode.FAILED, "interrupted");
    }

    @Override
    public void close() {
        client.close();
        network.close();
    }
}
