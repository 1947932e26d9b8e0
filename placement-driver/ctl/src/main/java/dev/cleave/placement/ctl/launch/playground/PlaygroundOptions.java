package dev.cleave.placement.ctl.launch.playground;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a playground is to run.
 *
 * @param data where data are kept; a place of its own choice if empty
 * @param isScript plain lines, and an end with exit code 0 or 1, instead of staying up
 * @param isFast less waiting: ends within 30 s once built
 * @param hasProcesses one JVM per node, and a kill -9 of a leader on the way
 * @param isEphemeral the data directory goes at the end
 */
public record PlaygroundOptions(
        Optional<Path> data,
        boolean isScript,
        boolean isFast,
        boolean hasProcesses,
        boolean isEphemeral,
        Optional<Integer> portBase,
        long keys,
        int valueBytes) {}
