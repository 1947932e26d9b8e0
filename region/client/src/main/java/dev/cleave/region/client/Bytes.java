package dev.cleave.region.client;

import dev.cleave.engine.base.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values as plain arrays, which are the caller's own: each answer has its own bytes. */
final class Bytes {
    private Bytes() {}

    static Optional<byte[]> of(@Nullable Value value) {
        return value == null ? Optional.empty() : Optional.of(value.bytes());
    }
}
