/** An ordered key-value engine: batches, snapshots, range files, range destroy. */
@NullMarked
package dev.cleave.engine.kv;

import org.jspecify.annotations.NullMarked;
