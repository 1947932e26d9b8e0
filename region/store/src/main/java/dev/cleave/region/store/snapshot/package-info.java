/**
 * How a replica's whole state travels to another store:
 *
 * <ol>
 *   <li>Raft finds that its log no longer has what a follower needs and asks for a snapshot;
 *       {@link dev.cleave.region.store.snapshot.SnapshotSender} takes it up if a slot is free and the follower is not merely slow to split;
 *   <li>between two apply turns {@link dev.cleave.region.store.snapshot.SnapshotCut} fixes engine view, descriptor and applied index together; a {@link dev.cleave.region.store.snapshot.Cutting}
 *       writes the range to files, as fast as the rate allows;
 *   <li>a {@link dev.cleave.region.store.snapshot.Sending} offers them on a link of its own; the other store accepts if nothing it holds overlaps;
 *   <li>chunks with checksums flow, as many as the window and the rate allow; {@link dev.cleave.region.store.snapshot.SnapshotReceiver} appends
 *       them to files and seals each;
 *   <li>the whole is handed to the replica's group; if Raft accepts it, {@link dev.cleave.region.store.lifecycle.Install} carries it out;
 *   <li>both sides delete their files.
 * </ol>
 */
@NullMarked
package dev.cleave.region.store.snapshot;

import org.jspecify.annotations.NullMarked;
