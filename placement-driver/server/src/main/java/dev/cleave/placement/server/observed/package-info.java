/** What the placement driver has heard since it started: region tree and store table, rebuilt from heartbeats. */
@NullMarked
package dev.cleave.placement.server.observed;

import org.jspecify.annotations.NullMarked;
