/** The cleave command: servers, admin commands, playground. */
@NullMarked
package dev.cleave.placement.ctl;

import org.jspecify.annotations.NullMarked;
