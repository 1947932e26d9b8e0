/** Talks to the placement driver: registration, heartbeats, commands, the map of stores. */
@NullMarked
package dev.cleave.region.store.report;

import org.jspecify.annotations.NullMarked;
