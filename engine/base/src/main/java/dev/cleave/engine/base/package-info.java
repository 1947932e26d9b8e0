/** Bytes, ranges, ports of time and chance: the words that every other room shares. */
@NullMarked
package dev.cleave.engine.base;

import org.jspecify.annotations.NullMarked;
