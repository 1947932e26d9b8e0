/** Load, histories and a linearizability checker over a small port. */
@NullMarked
package dev.cleave.region.workload;

import org.jspecify.annotations.NullMarked;
