/** The multi-raft host: drives Raft groups over a log, links and a state machine. */
@NullMarked
package dev.cleave.region.replica;

import org.jspecify.annotations.NullMarked;
