/** Load over a small key-value port: generators, loader and verifier, the same in simulator, playground and tests. */
@NullMarked
package dev.cleave.region.workload;

import org.jspecify.annotations.NullMarked;
