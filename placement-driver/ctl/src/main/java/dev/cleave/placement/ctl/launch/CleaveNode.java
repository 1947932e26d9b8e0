package dev.cleave.placement.ctl.launch;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.launch.process.PlacementProcess;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.ctl.launch.process.StoreProcess;
import dev.cleave.placement.ctl.launch.process.StoreSettings;
import dev.cleave.placement.server.PlacementOptions;
import dev.cleave.region.client.CleaveClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole Cleave in this JVM, for tests and small tools: a placement driver and one store, real sockets on free ports of the loopback, real files.
 *
 * <pre>{@code
 * static final CleaveNode CLEAVE = CleaveNode.start();     // data in a temporary directory, gone after close()
 * CLEAVE.client().put("greeting", "hello");
 * }</pre>
 *
 * <p>The JVM needs the flags of {@link #JVM_FLAGS}. Regions have one replica. A disk that fails, or a defect, ends the JVM, as it ends a server: an
 * application in production runs servers of their own.
 */
public final class CleaveNode implements AutoCloseable {
    /** What the servers' libraries need of a JVM, as one line for a test runner's configuration. */
    public static final String JVM_FLAGS = "--add-exports java.base/jdk.internal.misc=ALL-UNNAMED"
            + " --add-opens java.base/jdk.internal.misc=ALL-UNNAMED"
            + " --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED"
            + " --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.lang.reflect=ALL-UNNAMED";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final int NODES = 2;

    private final Path directory;
    private final boolean isKept;
    private final PlacementProcess placement;
    private @Nullable StoreProcess store;
    private @Nullable CleaveClient client;

    private CleaveNode(Path directory, boolean isKept) {
        this.directory = directory;
        this.isKept = isKept;
        placement = PlacementProcess.start(PlacementSettings.of(directory.resolve("pd"), ANY, ANY)
                .withOptions(PlacementOptions.defaults().withReplicasMax(1)));
        try {
            StoreSettings settings = StoreSettings.of(directory.resolve("store"), List.of(pd()), ANY, ANY);
            StoreProcess started = StoreProcess.start(settings.withNodesInProcess(NODES));
            store = started;
            started.serving().get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            client = CleaveClient.builder().pd(List.of(pd())).build();
            client.withDeadline(START_LIMIT).get("x");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while Cleave was started", stopped);
        } catch (ExecutionException | TimeoutException failed) {
            close();
            throw new IllegalStateException("Cleave does not serve after " + START_LIMIT, failed);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
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
        return placement.address();
    }

    /** The address of its HTTP API for keys. */
    public Address http() {
        return new Address(ANY.host(), Optional.ofNullable(store).orElseThrow().httpPort());
    }

    /** A client of its own, closed with it. */
    public CleaveClient client() {
        return Optional.ofNullable(client).orElseThrow();
    }

    @Override
    public void close() {
        CleaveClient ours = client;
        if (ours != null) {
            ours.close();
        }
        StoreProcess started = store;
        if (started != null) {
            started.closeAtOnce();
        }
        placement.close();
        if (!isKept) {
            delete();
        }
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
