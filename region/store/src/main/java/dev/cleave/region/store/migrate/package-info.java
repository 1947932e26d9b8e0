/**
 * How the replicas of a region move, seen from the store that leads it. The plan is the placement driver's; each of its steps is one command:
 *
 * <ol>
 *   <li>a {@code ChangePeers} command comes; {@link dev.cleave.region.store.migrate.PeerChange} checks it against what is true here now;
 *   <li>it becomes a configuration change entry whose context is a {@link dev.cleave.region.store.migrate.ChangeRequest};
 *   <li>every replica judges that entry alike at apply ({@link dev.cleave.region.store.migrate.ChangeJudge}): descriptor and membership move together;
 *   <li>Raft leaves a joint configuration by itself; the same judge settles the roles;
 *   <li>a {@code TransferLeader} command hands leadership over before a leader is demoted.
 * </ol>
 */
@NullMarked
package dev.cleave.region.store.migrate;

import org.jspecify.annotations.NullMarked;
