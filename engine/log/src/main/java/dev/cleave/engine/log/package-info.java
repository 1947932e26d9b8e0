/** One durable log shared by many Raft groups: record codec, index, recovery and cleaning over a Segments port. */
@NullMarked
package dev.cleave.engine.log;

import org.jspecify.annotations.NullMarked;
