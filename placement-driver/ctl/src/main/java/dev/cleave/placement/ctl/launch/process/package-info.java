/** Servers as processes: what they are made of, how they log, how they stop. */
@NullMarked
package dev.cleave.placement.ctl.launch.process;

import org.jspecify.annotations.NullMarked;
