/** Checkers: pure functions that look at one region or store and say which plan it needs, if any. */
@NullMarked
package dev.cleave.placement.server.check;

import org.jspecify.annotations.NullMarked;
