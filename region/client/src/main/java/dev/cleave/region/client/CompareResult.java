package dev.cleave.region.client;

import dev.cleave.engine.base.Value;
import java.util.Optional;

/**
 * What a compare-and-set found.
 *
 * @param isSet whether it took effect
 * @param previous what the key held before, empty if it was absent
 */
public record CompareResult(boolean isSet, Optional<Value> previous) {}
