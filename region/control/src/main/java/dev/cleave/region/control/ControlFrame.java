package dev.cleave.region.control;

import org.jspecify.annotations.Nullable;

/**
 * One record on its way between a store and the placement driver; exactly one of the two is present.
 *
 * @param call pairs an answer with its question; 0 for what needs none or was not asked for
 */
public record ControlFrame(
        long call, @Nullable ToPlacement up, @Nullable FromPlacement down) {}
