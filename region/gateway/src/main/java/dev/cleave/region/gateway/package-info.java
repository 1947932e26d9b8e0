/** Other protocols in front of the client library: HTTP. */
@NullMarked
package dev.cleave.region.gateway;

import org.jspecify.annotations.NullMarked;
