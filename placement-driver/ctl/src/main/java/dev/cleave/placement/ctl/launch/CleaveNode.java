package dev.cleave.placement.ctl.launch;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.launch.process.PlacementProcess;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.ctl.launch.process.StoreProcess;
import dev.cleave.placement.ctl.launch.process.StoreSettings;
import dev.cleave.placement.server.PlacementOptions;
import dev.cleave.region.client.AsyncCleaveClient;
import dev.cleave.region.client.CleaveClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole Cleave in this JVM, for tests and small tools: a placement driver and one store, real sockets on free ports of the loopback, real files.
 *
 * <pre>{@code
 * static final CleaveNode CLEAVE = CleaveNode.start();     // data in a temporary directory, gone after close()
 * CLEAVE.client().put("greeting", "hello");
 * }</pre>
 *
 * <p>The JVM needs the flags of {@link #JVM_FLAGS}. Regions have one replica. A disk that fails, or a defect, closes it and
 * completes {@link #failure()}; where it would end a server's process, the JVM of its host goes on. Applications in production run servers of their own.
 */
public final class CleaveNode implements AutoCloseable {
    /** What the servers' libraries need of a JVM, as one line for a test runner's configuration. */
    public static final String JVM_FLAGS = "--add-exports java.base/jdk.internal.misc=ALL-UNNAMED"
            + " --add-opens java.base/jdk.internal.misc=ALL-UNNAMED"
            + " --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED"
            + " --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.lang.reflect=ALL-UNNAMED";

    private static final Logger LOG = LoggerFactory.getLogger(CleaveNode.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final int NODES = 2;

    private final Path directory;
    private final boolean isKept;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Address pd;
    private final Address http;
    private final CleaveClient client;

    private CleaveNode(Path directory, boolean isKept) {
        this.directory = directory;
        this.isKept = isKept;
        try {
            PlacementProcess driver = closing(PlacementProcess.start(
                    PlacementSettings.of(directory.resolve("pd"), ANY, ANY)
                            .withOptions(PlacementOptions.defaults().withReplicasMax(1)),
                    this::failed));
            pd = driver.address();
            StoreProcess store = StoreProcess.start(
                    StoreSettings.of(directory.resolve("store"), List.of(pd), ANY, ANY)
                            .withNodesInProcess(NODES),
                    this::failed);
            closing(store::closeAtOnce);
            http = new Address(ANY.host(), store.httpPort());
            client = closing(CleaveClient.builder().pd(List.of(pd)).build());
            AsyncCleaveClient patient = client.async().withDeadline(START_LIMIT);
            CompletableFuture<?> serving = store.serving().thenCompose(up -> patient.get("x"));
            CompletableFuture.anyOf(serving, failure.thenAccept(CleaveNode::raise))
                    .get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while Cleave was started", stopped);
        } catch (TimeoutException failed) {
            close();
            throw new IllegalStateException("Cleave does not serve after " + START_LIMIT, failed);
        } catch (ExecutionException failed) {
            close();
            throw new IllegalStateException("Cleave cannot serve: " + reason(failed), failed.getCause());
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
        // Not on the thread that failed: it would wait for its own end.
        failure.thenAcceptAsync(cause -> close(), task -> new Thread(task, "cleave-node-failed").start());
    }

    /** The first failure counts; those that follow from it are in the log. */
    private void failed(String role, Throwable cause) {
        LOG.error("event=node-failed agent={}", role, cause);
        failure.complete(cause);
    }

    private static void raise(Throwable cause) {
        throw new CompletionException(cause);
    }

    private static String reason(ExecutionException failed) {
        Throwable cause = failed.getCause();
        return cause == null || cause.getMessage() == null ? String.valueOf(failed) : cause.getMessage();
    }

    /**
     * Starts one whose data go when it is closed; it serves when this returns.
     *
     * @throws RuntimeException in words: the JVM lacks flags, or it does not serve within a minute
     */
    public static CleaveNode start() {
        requireFlags();
        try {
            return new CleaveNode(Files.createTempDirectory("cleave-node-"), false);
        } catch (IOException broken) {
            throw new UncheckedIOException("no temporary directory can be made", broken);
        }
    }

    /** Starts one that keeps its data in {@code directory}; a later start there goes on with them. */
    public static CleaveNode start(Path directory) {
        requireFlags();
        return new CleaveNode(directory, true);
    }

    /** Where clients connect: the address of its placement driver. */
    public Address pd() {
        return pd;
    }

    /** The address of its HTTP API for keys. */
    public Address http() {
        return http;
    }

    /** A client of its own, closed with it. */
    public CleaveClient client() {
        return client;
    }

    /**
     * Completes, with what was wrong, when a part of it has failed: its disk, or a defect. It then closes itself, and a new one may be started in its
     * directory.
     */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    /** Stops it, and waits for that. The second time it does nothing. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.error("event=close-failed", failed);
            }
        }
        if (!isKept && Files.exists(directory)) {
            delete();
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }

    private void delete() {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(directory + " could not be removed", broken);
        }
    }

    /** Else the first use of a library would fail in words that help nobody. */
    private static void requireFlags() {
        Module base = Object.class.getModule();
        boolean hasFlags = base.isExported("jdk.internal.misc", CleaveNode.class.getModule())
                && base.isOpen("sun.nio.ch", CleaveNode.class.getModule());
        if (!hasFlags) {
            throw new CommandFailure(
                    1, "a JVM with a Cleave in it needs these flags (with Maven: argLine of Surefire): " + JVM_FLAGS);
        }
    }
}
