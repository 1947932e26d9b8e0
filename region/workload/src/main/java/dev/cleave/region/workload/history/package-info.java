/** What clients saw, written down, and the judges that decide whether one register per key could have shown it. */
@NullMarked
package dev.cleave.region.workload.history;

import org.jspecify.annotations.NullMarked;
