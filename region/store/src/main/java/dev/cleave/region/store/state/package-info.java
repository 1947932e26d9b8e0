/** What a store knows of its regions: key layout, persisted state, the published table, the epoch rules. */
@NullMarked
package dev.cleave.region.store.state;

import org.jspecify.annotations.NullMarked;
