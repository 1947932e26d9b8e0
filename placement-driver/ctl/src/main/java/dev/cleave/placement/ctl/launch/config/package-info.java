/** All settings of the servers in one registry; from it come files, environment, flags, checks, examples and the reference page. */
@NullMarked
package dev.cleave.placement.ctl.launch.config;

import org.jspecify.annotations.NullMarked;
