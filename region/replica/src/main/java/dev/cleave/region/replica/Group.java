package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Raft;
import dev.cleave.region.raft.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One replica at work: the algorithm, the entries it holds in memory, and what waits for it. */
@OwnedBy("replica agent")
final class Group {
    /** The life of a group in its host. */
    enum State {
        /** Takes part. */
        RUNNING,
        /** A snapshot is being carried out; nothing is applied meanwhile. */
        INSTALLING,
        /** On its way out: takes no message, waits for what is in flight. */
        STOPPING,
        /** Its end is marked in the log; only {@link ReplicaHost#forget} is left. */
        STOPPED
    }

    final long id;
    final long replicaId;
    final Raft raft;
    final EntryTail tail;
    final PendingProposals proposals = new PendingProposals();
    final PendingChanges changes = new PendingChanges();
    final PendingReads reads = new PendingReads();

    private static final long NEEDED = -1;

    private final PeerStores peerStores;
    private Map<Long, Long> learnt = Map.of();
    private State state = State.RUNNING;
    Places places;
    boolean isQueued;
    /** Looked at from time to time; not so a sleeping group with nothing left to settle. */
    boolean isRestless;

    boolean wasAsleep;
    boolean isApplying;
    boolean isFetching;
    /** The commit index that the log durably knows, 0 if none was written by this process. */
    long forcedCommit;
    /** Committed entries waiting for a forced commit index before they take effect. */
    @Nullable
    ApplyTask heldBack;

    /** Committed entries that nobody waits for, on their way to the apply agent (see {@link LazyApply}). */
    @Nullable
    ApplyTask resting;

    /** What the log held of a replica that the engine did not know at start; null once it is born. */
    @Nullable
    GroupImage image;

    /** The oldest entry proposed here whose way is being measured, 0 for none; and when it was appended. */
    long timedIndex;

    long timedNanos;

    @Nullable
    SnapshotOffer offer;

    /** Accepted by the algorithm, waiting for the apply agent to let go of the group. */
    @Nullable
    AcceptedSnapshot accepted;

    @Nullable
    Runnable afterStop;

    /** Who was removed by the last change of replicas here; none once they were told that they may go. */
    List<Peer> departed = List.of();

    boolean wasMembershipKnown;
    private Epoch called = Epoch.NONE;
    /** Up to where its log was known to be committed when it was told that nobody needs it any more; {@link #NEEDED} if it was not told. */
    private long unneededAfter = NEEDED;

    long lastHeardNanos;
    long armedNanos = Long.MAX_VALUE;
    int campaignsLeft;
    long nextCampaignNanos;
    long compactedTo;
    Role reportedRole = Role.FOLLOWER;
    long reportedTerm;
    long reportedLeader;

    Group(long id, long replicaId, Raft raft, EntryTail tail, Places places, PeerStores peerStores, long nowNanos) {
        this.id = id;
        this.replicaId = replicaId;
        this.raft = raft;
        this.tail = tail;
        this.places = places;
        this.peerStores = peerStores;
        this.lastHeardNanos = nowNanos;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    boolean isRunning() {
        return state == State.RUNNING || state == State.INSTALLING;
    }

    /** Whether this replica has applied its own removal. It votes and takes entries as before, until it hears that nobody needs it any more. */
    boolean hasEnded() {
        return raft.isInitialized() && !raft.membership().contains(replicaId);
    }

    /** It is told that nobody needs it any more. */
    void isToldToEnd() {
        if (unneededAfter == NEEDED) {
            unneededAfter = raft.commit();
        }
    }

    boolean isUnneeded() {
        return unneededAfter != NEEDED;
    }

    /**
     * Whether it was told to end and may. What was proposed here and is known to be committed takes effect first: whoever proposed it
     * hears that it did, and not that nobody knows.
     */
    boolean mayEnd() {
        boolean owesNothing = proposals.isEmpty() && !isApplying;
        return isUnneeded() && (owesNothing || state != State.RUNNING || raft.applied() >= unneededAfter);
    }

    /** Its end is in other hands now. */
    void endHasBegun() {
        unneededAfter = NEEDED;
    }

    /** A message has come from somebody whose configuration has this replica. One that is not born yet knows no other. */
    void isCalled(Epoch by, long nowNanos) {
        if (!raft.isInitialized()) {
            lastHeardNanos = nowNanos;
            called = called.confVersion() >= by.confVersion() ? called : by;
        }
    }

    /** The newest epoch in which this replica knows itself to be wanted. */
    Epoch knownEpoch() {
        return raft.isInitialized() ? places.epoch() : called;
    }

    /** Where a replica's last message came from: the only hint that a replica without a descriptor has. Whether that is news. */
    boolean learnPlace(long replica, long store) {
        if (places.storeOf(replica) != 0) {
            return false;
        }
        if (learnt.isEmpty()) {
            learnt = new TreeMap<>();
        }
        Long before = learnt.put(replica, store);
        return before == null || before != store;
    }

    /** The stores of replicas that no descriptor here names. */
    Collection<Long> learntStores() {
        return learnt.values();
    }

    long learntPlace(long replica) {
        return learnt.getOrDefault(replica, 0L);
    }

    void settle(Places next) {
        List<Peer> gone = places.peers().stream()
                .filter(peer -> next.storeOf(peer.replicaId()) == 0)
                .toList();
        if (!gone.isEmpty()) {
            departed = gone;
        }
        places = next;
        peerStores.settle(next);
        learnt = Map.of();
    }

    /**
     * Up to where this replica ever knew its log to be committed. One that waits for its split counts from the beginning of its log, but has acted
     * upon more in an earlier life.
     */
    long knownCommit() {
        GroupImage found = image;
        return found == null ? raft.commit() : Math.max(found.commit(), raft.commit());
    }

    /** Nothing will happen here before something comes from outside: what is held for being awake goes. */
    void rest() {
        raft.rest();
        tail.trim();
        proposals.trim();
        reads.trim();
    }

    long leaderStore() {
        return raft.leader() == 0 ? 0 : places.storeOf(raft.leader());
    }

    void refuseReads(Refusal why) {
        reads.refuseAll(why, raft.leader(), leaderStore());
    }

    GroupStatus status() {
        List<Long> pending = new ArrayList<>();
        List<Long> down = new ArrayList<>();
        if (raft.role() == Role.LEADER) {
            places.peers().forEach(peer -> {
                long replica = peer.replicaId();
                boolean isBehind = raft.match(replica) + PENDING_ENTRIES < raft.lastIndex()
                        || raft.match(replica) < raft.firstIndex() - 1;
                if (replica != replicaId && (isBehind || raft.needsSnapshot(replica))) {
                    pending.add(replica);
                }
                if (replica != replicaId && !raft.isRecentlyActive(replica)) {
                    down.add(replica);
                }
            });
        }
        return new GroupStatus(
                id,
                replicaId,
                raft.role(),
                raft.term(),
                raft.leader(),
                raft.commit(),
                raft.applied(),
                raft.firstIndex(),
                raft.lastIndex(),
                raft.termAt(raft.lastIndex()),
                raft.membership(),
                places,
                pending,
                down,
                lagEntries(),
                raft.isAsleep(),
                raft.isMembershipKnown());
    }

    /** What the replica that is furthest behind lacks, as far as this leader knows; 0 for others. */
    private long lagEntries() {
        long lag = 0;
        for (Peer peer : places.peers()) {
            if (raft.role() == Role.LEADER && peer.replicaId() != replicaId) {
                lag = Math.max(lag, raft.lastIndex() - raft.match(peer.replicaId()));
            }
        }
        return lag;
    }

    /** A follower further behind than this counts as pending. */
    private static final long PENDING_ENTRIES = 1_000;

    /** A snapshot that the algorithm has accepted. */
    record AcceptedSnapshot(long index, long term, Membership membership, Object snapshot) {}

    /** A snapshot that has come and that the algorithm has yet to accept. */
    record SnapshotOffer(long index, Object snapshot) {}
}
