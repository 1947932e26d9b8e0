/** The client library's counters as Micrometer meters: optional, for applications that have a registry. */
@NullMarked
package dev.cleave.region.micrometer;

import org.jspecify.annotations.NullMarked;
