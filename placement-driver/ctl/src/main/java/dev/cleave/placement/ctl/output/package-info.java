/** How answers look: aligned columns for people, one JSON document for programs. */
@NullMarked
package dev.cleave.placement.ctl.output;

import org.jspecify.annotations.NullMarked;
