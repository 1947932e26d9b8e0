package dev.cleave.placement.ctl.launch.process;

/**
 * What one replica holds at one applied index.
 *
 * @param keys how many pairs
 * @param checksum over all keys and values in order
 */
record Digest(long region, long appliedIndex, long keys, long checksum) {}
