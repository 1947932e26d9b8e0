/** The placement driver's durable state: cluster id, ids, stores, first region and operators, changed by log entries alone. */
@NullMarked
package dev.cleave.placement.server.catalog;

import org.jspecify.annotations.NullMarked;
