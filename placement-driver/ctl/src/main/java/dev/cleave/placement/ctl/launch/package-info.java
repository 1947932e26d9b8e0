/** The one place that joins the servers: main, the {@code pd} and {@code store} commands, the playground. */
@NullMarked
package dev.cleave.placement.ctl.launch;

import org.jspecify.annotations.NullMarked;
