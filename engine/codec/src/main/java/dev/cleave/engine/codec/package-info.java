/** Versioned, bounded encoding of control records over a frozen Kryo registry. */
@NullMarked
package dev.cleave.engine.codec;

import org.jspecify.annotations.NullMarked;
