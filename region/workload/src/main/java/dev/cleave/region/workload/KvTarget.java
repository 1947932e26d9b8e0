package dev.cleave.region.workload;

import dev.cleave.region.protocol.KvCommand;
import java.util.concurrent.CompletableFuture;

/**
 * Whatever can be put under load: a client, a simulated client, a fake in a test. Any thread may ask. The future ends with one of
 * the three outcomes, on any thread, and should never end exceptionally: an exception is taken for an unknown outcome.
 *
 * <p>Understood by every target: {@code Get}, {@code Put}, {@code Delete}, {@code CompareAndSet}, {@code Scan} (over regions; its
 * answer is {@code Pairs}), {@code BatchGet}, {@code Batch} and {@code DeleteRange} (not atomic between regions). What a target cannot
 * do, it answers with {@link Outcome.NotApplied}.
 */
@FunctionalInterface
public interface KvTarget {
    CompletableFuture<Outcome> ask(KvCommand command);
}
