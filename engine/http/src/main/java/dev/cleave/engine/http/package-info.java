/** A small HTTP server: routing, limits, metrics endpoint. */
@NullMarked
package dev.cleave.engine.http;

import org.jspecify.annotations.NullMarked;
