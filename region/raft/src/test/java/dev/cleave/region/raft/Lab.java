package dev.cleave.region.raft;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.RaftMessage.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One core on a bench: what goes in is written by hand, what comes out is kept in {@link #sent}. By default the disk is
 * durable and entries are applied at once; both can be held back. Logs start behind (5, 5).
 */
final class Lab {
    static final long BASE = 5;
    static final long MS = 1_000_000L;
    static final byte[] PAYLOAD = {1, 2, 3};

    final RaftConfig config;
    final TestEntries entries = new TestEntries();
    final Raft raft;
    final Ready ready = new Ready();
    final List<RaftMessage> sent = new ArrayList<>();
    final List<Long> reads = new ArrayList<>();
    final List<Long> snapshotsWanted = new ArrayList<>();
    final List<long[]> marks = new ArrayList<>();
    final List<long[]> applies = new ArrayList<>();
    final List<RaftMessage> promises = new ArrayList<>();
    /** Replicas whose hosts are not heard. */
    final Set<Long> silent = new TreeSet<>();

    long now = 1000 * MS;
    boolean diskIsHeld;
    boolean applyIsHeld;
    boolean roleChanged;
    boolean lastMustSync;
    int readys;

    Lab(long id, Membership membership, long term, long... entryTerms) {
        this(RaftConfig.defaults(), id, membership, new HardState(term, 0, BASE), BASE, entryTerms);
    }

    Lab(RaftConfig config, long id, Membership membership, HardState hard, long applied, long... entryTerms) {
        this.config = config;
        entries.reset(BASE);
        long[] starts = new long[entryTerms.length];
        for (int i = 0; i < entryTerms.length; i++) {
            starts[i] = BASE + 1 + i;
            entries.append(new Entry(starts[i], entryTerms[i], EntryType.COMMAND, PAYLOAD));
        }
        Restored restored = new Restored(
                hard, membership, BASE, Math.min(BASE, hard.term()), BASE + starts.length, starts, entryTerms, applied);
        raft = new Raft(config, id, restored, entries, Randomness.seeded(id), this::isLive, now);
        settle();
        now += 1001 * MS;
    }

    private Lab(long id, long nowNanos) {
        config = RaftConfig.defaults();
        now = nowNanos;
        raft = new Raft(config, id, Restored.EMPTY, entries, Randomness.seeded(id), this::isLive, now);
    }

    private boolean isLive(long replica) {
        return !silent.contains(replica);
    }

    /** A voter among 1, 2, 3 with id 1. */
    static Lab follower(long term, long... entryTerms) {
        return new Lab(1, Membership.of(1, 2, 3), term, entryTerms);
    }

    static Lab bare(long id) {
        return new Lab(id, 1000 * MS);
    }

    /** Replica 1 of 1, 2, 3 leads in the term after {@code term}; its no-op is the last entry, not yet acknowledged. */
    static Lab leader(long term, long... entryTerms) {
        return new Lab(1, Membership.of(1, 2, 3), term, entryTerms).lead();
    }

    static Lab leader(RaftConfig config, Membership membership) {
        return new Lab(config, 1, membership, new HardState(5, 0, BASE), BASE).lead();
    }

    Lab lead() {
        timeOut();
        for (long voter : raft.membership().replicas()) {
            if (raft.role() == Role.PRE_CANDIDATE && voter != raft.id()) {
                receive(message(Type.PRE_VOTE_REPLY, voter, raft.term() + 1));
            }
        }
        for (long voter : raft.membership().replicas()) {
            if (raft.role() == Role.CANDIDATE && voter != raft.id()) {
                receive(message(Type.VOTE_REPLY, voter, raft.term()));
            }
        }
        if (raft.role() != Role.LEADER) {
            throw new AssertionError("no leader but " + raft.role());
        }
        sent.clear();
        return this;
    }

    /** ... and its no-op is committed. */
    Lab committed() {
        for (long peer : raft.membership().replicas()) {
            if (peer != raft.id()) {
                receive(ack(peer, raft.lastIndex()));
            }
        }
        sent.clear();
        return this;
    }

    void timeOut() {
        now = Math.max(now + 1, raft.nextDeadlineNanos());
        raft.onTime(now);
        settle();
    }

    void pass(long millis) {
        long until = now + millis * MS;
        while (raft.nextDeadlineNanos() <= until) {
            now = Math.max(now, raft.nextDeadlineNanos());
            raft.onTime(now);
            settle();
        }
        now = until;
    }

    void receive(RaftMessage message) {
        receiveOnly(message);
        settle();
    }

    void receiveOnly(RaftMessage message) {
        entries.incoming = new Entry[message.entryCount];
        for (int i = 0; i < message.entryCount; i++) {
            entries.incoming[i] = new Entry(message.index + 1 + i, message.entryTerms[i], EntryType.COMMAND, PAYLOAD);
        }
        raft.step(message, now);
    }

    long propose() {
        return propose(EntryType.COMMAND, PAYLOAD);
    }

    long propose(byte type, byte[] payload) {
        long index = proposeOnly(type, payload);
        settle();
        return index;
    }

    long proposeOnly(byte type, byte[] payload) {
        long index = raft.propose(type, payload.length, now);
        if (index > 0) {
            entries.append(new Entry(index, raft.term(), type, payload));
        }
        return index;
    }

    long propose(ConfChange change) {
        return propose(EntryType.CONF_CHANGE, change.encode());
    }

    /** Collects and carries out until nothing is left. */
    void settle() {
        while (raft.hasReady()) {
            collectOnce();
        }
    }

    void collectOnce() {
        raft.collect(ready, now);
        readys++;
        lastMustSync = ready.mustSync();
        roleChanged |= ready.roleChanged();
        for (int i = 0; i < ready.nowCount(); i++) {
            sent.add(new RaftMessage().copyFrom(ready.now(i)));
        }
        for (int i = 0; i < ready.afterSyncCount(); i++) {
            RaftMessage promise = new RaftMessage().copyFrom(ready.afterSync(i));
            (ready.mustSync() && diskIsHeld ? promises : sent).add(promise);
        }
        for (int i = 0; i < ready.readCount(); i++) {
            reads.add(ready.readToken(i));
        }
        for (int i = 0; i < ready.snapshotCount(); i++) {
            snapshotsWanted.add(ready.snapshotTo(i));
        }
        if (ready.mustSync()) {
            long[] mark = {ready.markTerm(), ready.markIndex(), ready.term(), ready.vote()};
            marks.add(mark);
            if (!diskIsHeld) {
                persist(mark);
            }
        }
        if (ready.applyFirst() != 0) {
            applies.add(new long[] {ready.applyFirst(), ready.applyLast()});
            if (!applyIsHeld) {
                apply(ready.applyFirst(), ready.applyLast());
            }
        }
    }

    void persist(long[] mark) {
        raft.persisted(mark[0], mark[1], mark[2], mark[3]);
    }

    /** The disk catches up: every mark in order, then what was promised. */
    void force() {
        List<long[]> held = new ArrayList<>(marks);
        marks.clear();
        held.forEach(this::persist);
        sent.addAll(promises);
        promises.clear();
        settle();
    }

    void apply(long first, long last) {
        for (long i = first; i <= last; i++) {
            Entry entry = entries.get(i);
            if (entry.type() == EntryType.CONF_CHANGE) {
                raft.applyConf(i, ConfChange.decode(java.nio.ByteBuffer.wrap(entry.payload())));
            }
            raft.applied(i);
        }
    }

    void applyHeld() {
        while (!applies.isEmpty() && applies.get(applies.size() - 1)[1] > raft.applied()) {
            long[] range = applies.get(applies.size() - 1);
            apply(range[0], range[1]);
            settle();
        }
    }

    /** What was sent since the last look, of one type. */
    List<RaftMessage> take(Type type) {
        List<RaftMessage> some = sent.stream().filter(m -> m.type == type).toList();
        sent.clear();
        return some;
    }

    RaftMessage takeOne(Type type) {
        List<RaftMessage> some = take(type);
        if (some.size() != 1) {
            throw new AssertionError("one " + type + " expected, there are " + some);
        }
        return some.get(0);
    }

    RaftMessage message(Type type, long from, long term) {
        RaftMessage message = new RaftMessage();
        message.type = type;
        message.from = from;
        message.to = raft.id();
        message.term = term;
        return message;
    }

    RaftMessage ack(long from, long index) {
        RaftMessage ack = message(Type.APPEND_REPLY, from, raft.term());
        ack.index = index;
        return ack;
    }

    RaftMessage rejection(long from, long index, long hintIndex, long hintTerm) {
        RaftMessage reply = ack(from, index);
        reply.reject = true;
        reply.hintIndex = hintIndex;
        reply.hintTerm = hintTerm;
        return reply;
    }

    RaftMessage pulse(long from, long token) {
        RaftMessage reply = message(Type.HEARTBEAT_REPLY, from, raft.term());
        reply.token = token;
        return reply;
    }

    RaftMessage append(long from, long term, long index, long logTerm, long commit, long... entryTerms) {
        RaftMessage append = message(Type.APPEND, from, term);
        append.index = index;
        append.logTerm = logTerm;
        append.commit = commit;
        append.lastIndex = index + entryTerms.length;
        for (long entryTerm : entryTerms) {
            append.addEntryTerm(entryTerm);
        }
        return append;
    }

    RaftMessage heartbeat(long from, long term, long commit, long token) {
        RaftMessage heartbeat = message(Type.HEARTBEAT, from, term);
        heartbeat.commit = commit;
        heartbeat.token = token;
        return heartbeat;
    }

    RaftMessage voteRequest(Type type, long from, long term, long lastIndex, long lastTerm) {
        RaftMessage request = message(type, from, term);
        request.index = lastIndex;
        request.logTerm = lastTerm;
        return request;
    }

    RaftMessage snapshot(long from, long term, long index, long logTerm, Membership membership) {
        RaftMessage snapshot = message(Type.SNAPSHOT, from, term);
        snapshot.index = index;
        snapshot.logTerm = logTerm;
        snapshot.membership = membership;
        return snapshot;
    }

    long[] terms() {
        long[] terms = new long[(int) (raft.lastIndex() - BASE)];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = raft.termAt(BASE + 1 + i);
        }
        return terms;
    }
}
