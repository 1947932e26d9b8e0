/** The Raft algorithm without I/O, threads, clock or logger. */
@NullMarked
package dev.cleave.region.raft;

import org.jspecify.annotations.NullMarked;
