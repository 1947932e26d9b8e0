/** How replicas begin and end on a store: one state map, installing, destroying, start-up recovery. */
@NullMarked
package dev.cleave.region.store.lifecycle;

import org.jspecify.annotations.NullMarked;
