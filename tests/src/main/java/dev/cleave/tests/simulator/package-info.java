/** The deterministic simulator: a whole cluster of production code in one thread, on virtual time, from one seed. */
@NullMarked
package dev.cleave.tests.simulator;

import org.jspecify.annotations.NullMarked;
