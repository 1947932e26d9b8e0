/** Questions about speed, with their last answers. */
@NullMarked
package dev.cleave.bench;

import org.jspecify.annotations.NullMarked;
