/** Carries out committed entries of all regions in one engine batch per turn. */
@NullMarked
package dev.cleave.region.store.apply;

import org.jspecify.annotations.NullMarked;
