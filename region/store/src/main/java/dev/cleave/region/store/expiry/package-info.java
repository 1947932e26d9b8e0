/** Values with a time to live: what time it is for them, and how the space of those that are gone comes back. */
@org.jspecify.annotations.NullMarked
package dev.cleave.region.store.expiry;
