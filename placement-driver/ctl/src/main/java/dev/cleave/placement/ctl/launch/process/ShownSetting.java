package dev.cleave.placement.ctl.launch.process;

import org.jspecify.annotations.Nullable;

/**
 * A setting as it is in force, for people.
 *
 * @param value as text; null if it has none
 * @param source FILE:LINE:COLUMN, the name of a variable, a flag, "default" or "not set"
 */
public record ShownSetting(
        String name,
        @Nullable String value,
        String source,
        @Nullable String byDefault) {}
