package dev.cleave.region.store;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import dev.cleave.engine.agents.TurnTimes;
import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.RocksOptions;
import dev.cleave.engine.kv.RocksStore;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.region.replica.StageTimes;
import dev.cleave.region.store.state.DataKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The production assembly of a store: real disk, network, threads and time around a {@link StoreNode}. */
@AnyThread
public final class StoreServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreServer.class);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Clock clock = new SystemClock();
    private final StoreNode node;

    private StoreServer(StoreConfig config, FailureListener failures, StageTimes stages, TurnTimes turns) {
        try {
            Randomness randomness = Randomness.seeded(new SecureRandom().nextLong());
            DataDirectory directory = closing(DataDirectory.take(config.dataDirectory()));
            if (directory.load().isEmpty()) {
                // Before anything else is written: a first start that is cut short must not leave a directory without
                // an owner.
                directory.save(StoreIdentity.fresh(randomness.nextLong()));
            }
            RocksStore engine =
                    closing(StoreEngine.open(directory.engine(), RocksOptions.ofBudget(config.engineBytes())));
            ThreadAgentHost agents = closing(new ThreadAgentHost(clock, failures, turns));
            SharedLog log = closing(SharedLog.openChronicle(directory.log(), config.log(), agents, clock));
            NettyNetwork network = closing(new NettyNetwork("store-wire", config.eventLoops(), config.wire()));
            KeyRange everything = DataKeys.toData(KeyRange.ALL);
            node = closing(new StoreNode(
                    new StoreParts(
                            engine,
                            log,
                            network,
                            config.listen(),
                            config.advertised(),
                            config.http(),
                            config.placement(),
                            directory,
                            new FileSystemUse(
                                    config.dataDirectory(),
                                    () -> engine.approximateBytes(everything) + log.bytesOnDisk()),
                            agents,
                            clock,
                            randomness,
                            config.options(),
                            stages),
                    message -> failures.failed("registration", new StoreFailure(message))));
            node.start();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /**
     * Starts a store. It serves once {@link #awaitServing} returns.
     *
     * @param failures told when a part of it has failed, or the placement driver refuses it, and it cannot go on: the process should end
     * @throws RuntimeException in words: the directory is in use or foreign ({@link StoreFailure}), a port is taken, the log or engine cannot be
     *     read
     */
    public static StoreServer open(StoreConfig config, FailureListener failures) {
        return open(config, failures, StageTimes.NONE, TurnTimes.NONE);
    }

    /** As the other {@code open}; {@code stages} hears how long writes take, {@code turns} what agents use of the processors. */
    public static StoreServer open(StoreConfig config, FailureListener failures, StageTimes stages, TurnTimes turns) {
        return new StoreServer(config, failures, stages, turns);
    }

    /**
     * Waits until the store serves.
     *
     * @throws StoreFailure if it does not within {@code atMost}, or was refused; in words
     */
    public void awaitServing(Duration atMost) {
        try {
            node.serving().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new StoreFailure("the placement driver has not given this store an id within " + atMost.toSeconds()
                    + " s; is it running, and is its address right?");
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause();
            throw new StoreFailure(cause == null ? refused.toString() : String.valueOf(cause.getMessage()), refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreFailure("interrupted while waiting for the store to serve", interrupted);
        }
    }

    /** Where clients and other stores reach it. */
    public Address address() {
        return node.address();
    }

    public StoreNode node() {
        return node;
    }

    /** Moves leadership elsewhere for at most {@code atMost}, then stops. Returns whether no region was left behind without need. */
    public boolean stopGracefully(Duration atMost) {
        boolean isClean = false;
        try {
            isClean = node.stopGracefully(clock.nanos() + atMost.toNanos())
                    .get(atMost.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.warn("event=leaders-not-moved reason=\"{}\"", String.valueOf(late));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        close();
        return isClean;
    }

    /** Stops everything at once, in the reverse order of its start. The second time it does nothing. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.error("event=close-failed part={}", part.getClass().getSimpleName(), failed);
            }
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }
}
