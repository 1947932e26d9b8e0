/** Admits client requests, turns them into proposals and reads, and answers them. */
@NullMarked
package dev.cleave.region.store.gate;

import org.jspecify.annotations.NullMarked;
