/** The storage node: serves key ranges, splits them, moves them. */
@NullMarked
package dev.cleave.region.store;

import org.jspecify.annotations.NullMarked;
