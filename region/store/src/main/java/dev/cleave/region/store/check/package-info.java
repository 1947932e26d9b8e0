/**
 * Whether the replicas of a region hold the same:
 *
 * <ol>
 *   <li>the placement driver orders it, from time to time or because a person asks; the leader proposes a
 *       {@link dev.cleave.region.store.check.CheckCommand};
 *   <li>every replica that applies it takes a view of its engine as of exactly that index;
 *   <li>{@link dev.cleave.region.store.check.Digests} reads the view bit by bit and tells the placement driver a digest of it;
 *   <li>the placement driver compares; a replica that differs from a majority is put aside
 *       ({@link dev.cleave.region.store.report.Verdicts}) as one that has lost its data is, and a new one takes its place.
 * </ol>
 */
@NullMarked
package dev.cleave.region.store.check;

import org.jspecify.annotations.NullMarked;
