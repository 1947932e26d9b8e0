package dev.cleave.region.store;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.replica.ReplicaHost;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The replica host, for parts that are made before it because it needs them. */
@AnyThread
final class HostRef implements Supplier<ReplicaHost> {
    private volatile @Nullable ReplicaHost host;

    void set(ReplicaHost started) {
        host = started;
    }

    @Override
    public ReplicaHost get() {
        ReplicaHost now = host;
        if (now == null) {
            throw new IllegalStateException("the replica host has not been started yet");
        }
        return now;
    }

    /** Null while the host is being started. */
    @Nullable
    ReplicaHost orNull() {
        return host;
    }
}
