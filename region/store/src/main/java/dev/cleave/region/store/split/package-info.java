/**
 * How a region divides while it serves:
 *
 * <ol>
 *   <li>somebody wants it: a command of the placement driver, or {@link dev.cleave.region.store.split.SizeWatch} finds the region too large,
 *       {@link dev.cleave.region.store.split.LoadWatch} finds it asked too often, and the placement driver is asked for ids;
 *   <li>{@link dev.cleave.region.store.split.SplitPlan} checks the keys against the region as it is here now and makes a
 *       {@link dev.cleave.region.store.split.SplitCommand} guarded by the epoch;
 *   <li>it is proposed as one log entry;
 *   <li>every replica applies it at the same index in one batch ({@link dev.cleave.region.store.split.SplitApply}): the right-most piece keeps the
 *       id, the children begin at index 5, term 5;
 *   <li>the host creates the child replicas; on the store that leads the parent they stand for election at once
 *       ({@link dev.cleave.region.store.split.ChildElections});
 *   <li>all pieces are reported at once.
 * </ol>
 */
@NullMarked
package dev.cleave.region.store.split;

import org.jspecify.annotations.NullMarked;
