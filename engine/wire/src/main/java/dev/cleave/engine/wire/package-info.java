/** Framed, back-pressured links between addresses; it moves frames and knows no message by name. */
@NullMarked
package dev.cleave.engine.wire;

import org.jspecify.annotations.NullMarked;
