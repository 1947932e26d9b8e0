/** The client library: routes, retries within a deadline, and three honest outcomes. */
@NullMarked
package dev.cleave.region.client;

import org.jspecify.annotations.NullMarked;
