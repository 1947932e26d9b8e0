/** Records between stores and the placement driver, their registry, and the stub that speaks them. */
@NullMarked
package dev.cleave.region.control;

import org.jspecify.annotations.NullMarked;
