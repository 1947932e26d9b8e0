package dev.cleave.region.raft;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.raft.RaftMessage.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A replica with its host: store, disk, state machine. Everything that takes time is an event of the world. */
final class TestNode {
    final Cluster world;
    final long id;
    final TestDisk disk = new TestDisk();
    private final Randomness random;
    private final Ready ready = new Ready();
    private long clockOffset;
    private final long clockPercent;

    Raft raft;
    TestBeats beats = new TestBeats(this);
    TestEntries entries = new TestEntries();
    Machine machine = Machine.EMPTY;
    boolean isUp;
    boolean isGone;
    /** Grows with each start and each install: what belongs to an earlier one is void. */
    int life;

    private int installs;

    private boolean isTurnScheduled;
    private boolean isForceScheduled;
    private long timerAt;
    private long commitSeen;
    private long termSeen;
    private boolean wasAsleep;
    long diskStallUntil;
    private final Map<Long, Long> reads = new TreeMap<>();
    private final Map<Long, Machine> images = new TreeMap<>();
    private long nextToken = 1;

    TestNode(Cluster world, long id, Randomness random) {
        this.world = world;
        this.id = id;
        this.random = random;
        this.clockOffset = random.below(1_000_000_000_000L);
        this.clockPercent = random.between(60, 140);
    }

    long clock() {
        long pace = world.clocksAreSkewed ? clockPercent : 100 + (world.clocksDrift ? (clockPercent - 100) / 4 : 0);
        return clockOffset + world.now / 100 * pace;
    }

    /** Time passes here and nowhere else: timers fire and promises end. */
    void jump(long nanos) {
        clockOffset += nanos;
        turnSoon();
    }

    void start() {
        life++;
        isUp = true;
        isTurnScheduled = false;
        isForceScheduled = false;
        timerAt = Long.MAX_VALUE;
        reads.clear();
        entries = new TestEntries();
        entries.reset(disk.base);
        disk.log.forEach(entries::append);
        machine = disk.flushed;
        beats = new TestBeats(this);
        raft = new Raft(world.config, id, disk.restored(), entries, random.fork(), beats, clock());
        beats.begin();
        commitSeen = Math.max(machine.applied(), disk.base);
        turnSoon();
    }

    /** Loses memory, and a random part of what was written but not forced. */
    void crash() {
        isUp = false;
        life++;
        long kept = random.below(disk.unforced.size() + 1);
        for (TestDisk.Batch batch : disk.unforced) {
            if (kept-- <= 0) {
                break;
            }
            disk.write(batch);
        }
        disk.unforced.clear();
    }

    /** The split that bears this replica is applied here. */
    void becomeChild(Machine start) {
        disk.reset(start, new HardState(Math.max(disk.hardState.term(), 5), disk.hardState.vote(), 5));
        machine = start;
        entries.reset(start.applied());
        raft.initialize(start.membership(), start.applied(), start.appliedTerm());
        commitSeen = start.applied();
        turnSoon();
    }

    void receive(Letter letter) {
        if (!isUp) {
            return;
        }
        if (letter.message().type == Type.SNAPSHOT) {
            images.put(letter.message().index, letter.image());
        }
        entries.incoming = letter.entries();
        raft.step(letter.message(), clock());
        turnSoon();
    }

    boolean isLeader() {
        return isUp && raft.role() == Role.LEADER;
    }

    long propose(byte type, byte[] payload) {
        long index = raft.propose(type, payload.length, clock());
        if (index > 0) {
            entries.append(new Entry(index, raft.term(), type, payload));
            turnSoon();
        }
        return index;
    }

    void read() {
        long token = nextToken++;
        if (raft.readIndex(token, clock())) {
            reads.put(token, world.checks.appliedMax());
            turnSoon();
        }
    }

    /** Whether this node holds a lease. Worth nothing where clocks differ by more than it allows for. */
    boolean holdsLease() {
        return isUp && !world.clocksAreSkewed && clock() < raft.leaseEndNanos();
    }

    void turnSoon() {
        if (!isTurnScheduled && isUp) {
            isTurnScheduled = true;
            int born = life;
            world.after(random.below(2_000_000), () -> {
                if (born == life) {
                    isTurnScheduled = false;
                    turn();
                }
            });
        }
    }

    private void turn() {
        if (clock() >= raft.nextDeadlineNanos()) {
            raft.onTime(clock());
        }
        while (raft.hasReady()) {
            boolean wasLeader = raft.role() == Role.LEADER;
            raft.collect(ready, clock());
            carryOut();
            observe();
            world.trace(this, ready);
            if (wasLeader && raft.role() != Role.LEADER) {
                reads.clear();
            }
        }
        armTimer();
    }

    private void armTimer() {
        long at = raft.nextDeadlineNanos();
        if (at < timerAt) {
            timerAt = at;
            int born = life;
            world.after(Math.max(0, at - clock()), () -> {
                if (born == life && timerAt == at) {
                    timerAt = Long.MAX_VALUE;
                    turnSoon();
                    if (clock() < raft.nextDeadlineNanos()) {
                        armTimer();
                    }
                }
            });
        }
    }

    private void observe() {
        Checks.check(!raft.isAsleep() || !holdsLease(), "who sleeps holds no lease, but " + id);
        world.slept += raft.isAsleep() && !wasAsleep ? 1 : 0;
        wasAsleep = raft.isAsleep();
        Checks.check(raft.term() >= termSeen || raft.term() >= disk.hardState.term(), "terms grow");
        termSeen = raft.term();
        if (ready.roleChanged() && raft.role() == Role.LEADER) {
            world.checks.leads(id, raft);
            for (TestNode other : world.nodes.values()) {
                Checks.check(
                        other == this || !other.holdsLease() || other.raft.term() > raft.term(),
                        "no lease on " + other.id + " while " + id + " begins to lead in term " + raft.term());
            }
        }
        if (raft.role() == Role.CANDIDATE || raft.role() == Role.PRE_CANDIDATE) {
            Checks.check(raft.applied() == raft.commit(), "a candidate has applied what is committed, on " + id);
        }
        for (TestNode other : world.nodes.values()) {
            boolean isLater = other.isLeader() && other.raft.term() > raft.term();
            Checks.check(!isLater || !holdsLease(), "no lease on " + id + " while " + other.id + " leads");
            world.checks.leases += holdsLease() ? 1 : 0;
        }
        observeCommit();
    }

    private void observeCommit() {
        long commit = raft.commit();
        if (commit > commitSeen && raft.role() == Role.LEADER) {
            durableOnAQuorum(commit);
        }
        Checks.check(commit >= commitSeen || commit >= raft.firstIndex() - 1, "commit grows on " + id);
        for (long i = Math.max(commitSeen + 1, raft.firstIndex()); i <= commit; i++) {
            world.checks.committed(id, raft, i, entries.get(i));
        }
        commitSeen = Math.max(commitSeen, commit);
    }

    /** What a leader calls committed is on the disks of a quorum of both halves of its configuration. */
    private void durableOnAQuorum(long commit) {
        for (long[] half :
                new long[][] {raft.membership().voters(), raft.membership().outgoing()}) {
            long holders = 0;
            for (long voter : half) {
                TestDisk disk = world.nodes.get(voter).disk;
                holders += disk.has(commit, raft.termAt(commit)) || disk.base > commit ? 1 : 0;
            }
            Checks.check(
                    half.length == 0 || holders > half.length / 2,
                    commit + ", committed by " + id + ", is durable on a quorum of " + raft.membership());
        }
    }

    private void carryOut() {
        for (int i = 0; i < ready.nowCount(); i++) {
            RaftMessage.Type type = ready.now(i).type;
            Checks.check(
                    type != Type.VOTE && (type != Type.VOTE_REPLY || ready.now(i).reject), "votes wait for the disk");
            Checks.check(type != Type.APPEND_REPLY || ready.now(i).reject, "acknowledgements wait for the disk");
            world.send(Letter.of(ready.now(i), entries));
        }
        persist();
        if (ready.applyFirst() != 0) {
            scheduleApply(ready.applyFirst(), ready.applyLast());
        }
        for (int i = 0; i < ready.readCount(); i++) {
            Long atLeast = reads.remove(ready.readToken(i));
            Checks.check(atLeast != null, "a read comes out once");
            Checks.check(
                    ready.readIndex(i) >= atLeast,
                    "read on " + id + " at " + ready.readIndex(i) + " sees what was applied before: " + atLeast);
        }
        for (int i = 0; i < ready.snapshotCount(); i++) {
            sendSnapshot(ready.snapshotTo(i));
        }
        if (ready.fetchFirst() != 0) {
            scheduleFetch(ready.fetchFirst(), ready.fetchLast());
        }
        if (ready.installIndex() != 0) {
            scheduleInstall(ready.installIndex(), ready.installTerm(), ready.installMembership());
        }
    }

    private void persist() {
        TestDisk.Batch batch = new TestDisk.Batch();
        batch.hasHardState = ready.hasHardState();
        batch.hardState = new HardState(ready.term(), ready.vote(), ready.commit());
        batch.mustSync = ready.mustSync();
        batch.markTerm = ready.markTerm();
        batch.markIndex = ready.markIndex();
        if (ready.persistFirst() != 0) {
            batch.entries = new Entry[(int) (ready.persistLast() - ready.persistFirst() + 1)];
            for (int i = 0; i < batch.entries.length; i++) {
                batch.entries[i] = entries.get(ready.persistFirst() + i);
                world.checks.wrote(batch.entries[i]);
            }
        }
        for (int i = 0; i < ready.afterSyncCount(); i++) {
            batch.promises.add(Letter.of(ready.afterSync(i), entries));
        }
        if (!batch.mustSync) {
            release(batch);
            batch.promises.clear();
        }
        if (batch.mustSync || batch.hasHardState) {
            disk.unforced.add(batch);
            scheduleForce();
        }
    }

    private void scheduleForce() {
        if (isForceScheduled) {
            return;
        }
        isForceScheduled = true;
        int born = life;
        long delay = 100_000 + random.below(random.below(20) == 0 ? 300_000_000 : 5_000_000);
        world.after(Math.max(delay, diskStallUntil - world.now), () -> {
            if (born == life) {
                isForceScheduled = false;
                if (!disk.unforced.isEmpty()) {
                    force(1 + random.below(disk.unforced.size()));
                }
                if (!disk.unforced.isEmpty()) {
                    scheduleForce();
                }
            }
        });
    }

    private void force(long batches) {
        List<TestDisk.Batch> forced = new ArrayList<>();
        for (long i = 0; i < batches && !disk.unforced.isEmpty(); i++) {
            TestDisk.Batch batch = disk.unforced.poll();
            disk.write(batch);
            forced.add(batch);
        }
        for (TestDisk.Batch batch : forced) {
            release(batch);
            if (batch.mustSync) {
                raft.persisted(batch.markTerm, batch.markIndex, batch.hardState.term(), batch.hardState.vote());
            }
            batch.then.run();
        }
        Checks.check(raft.stableIndex() <= disk.last(), "what counts as durable is");
        turnSoon();
    }

    /** Sends what waited for the disk, after a look at the disk. */
    private void release(TestDisk.Batch batch) {
        for (Letter letter : batch.promises) {
            RaftMessage m = letter.message();
            if (m.type == Type.APPEND_REPLY && disk.hardState.term() == m.term) {
                Checks.check(disk.last() >= m.index, id + " acknowledges " + m + " but holds " + disk.last());
            } else if (m.type == Type.VOTE || m.type == Type.VOTE_REPLY) {
                long vote = m.type == Type.VOTE ? id : m.to;
                HardState hard = disk.hardState;
                Checks.check(
                        hard.term() > m.term || (hard.term() == m.term && hard.vote() == vote),
                        id + " votes with " + m + " but has " + hard);
            }
            world.send(letter);
        }
    }

    private void scheduleApply(long first, long last) {
        boolean isChange = false;
        for (long i = first; i <= last; i++) {
            isChange |= entries.get(i).type() == EntryType.CONF_CHANGE;
        }
        int born = life;
        int installed = installs;
        Runnable apply =
                () -> world.after(random.below(random.below(10) == 0 ? world.applySlowMaxNanos : 3_000_000), () -> {
                    if (born == life && installed == installs) {
                        apply(first, last);
                    }
                });
        if (isChange && !disk.unforced.isEmpty()) {
            disk.unforced.getLast().then = apply;
        } else {
            apply.run();
        }
    }

    private void apply(long first, long last) {
        for (long i = first; i <= last; i++) {
            Entry entry = entries.get(i);
            Membership membership = machine.membership();
            if (entry.type() == EntryType.CONF_CHANGE) {
                Checks.check(disk.hardState.commit() >= i, "a change takes effect when its commit is durable");
                ConfChange change = ConfChange.decode(java.nio.ByteBuffer.wrap(entry.payload()));
                boolean isRejected = change.context().length > 0 && change.context()[0] == 1;
                observeCommit();
                membership = raft.applyConf(i, isRejected ? null : change);
                world.changes += membership.equals(machine.membership()) ? 0 : 1;
                world.jointChanges += membership.isJoint() ? 1 : 0;
                raft.applied(i);
            }
            machine = machine.with(entry, membership);
            world.checks.applied(id, machine);
        }
        raft.applied(last);
        turnSoon();
    }

    void flush() {
        disk.flushed = machine;
    }

    void compact() {
        long to = disk.flushed.applied();
        if (to > disk.base && raft.installing() == 0) {
            long index = disk.base + 1 + random.below(to - disk.base);
            long term = raft.termAt(index);
            if (disk.has(index, term)) {
                raft.compacted(index, term);
                entries.compactTo(index);
                disk.compactTo(index, term);
                turnSoon();
            }
        }
    }

    void chill() {
        entries.coldTo = Math.min(raft.applied(), raft.stableIndex());
        entries.hotFirst = 0;
        entries.hotLast = -1;
    }

    private void scheduleFetch(long first, long last) {
        int born = life;
        world.after(random.below(20_000_000), () -> {
            if (born == life) {
                entries.hotFirst = first;
                entries.hotLast = Math.min(last, first + random.below(8));
                raft.fetched(first, entries.hotLast);
                turnSoon();
            }
        });
    }

    private void sendSnapshot(long to) {
        int born = life;
        Machine image = machine;
        long term = raft.term();
        Checks.check(image.applied() >= raft.firstIndex() - 1, "a snapshot covers what was compacted");
        world.after(random.below(300_000_000), () -> {
            if (born != life) {
                return;
            }
            RaftMessage m = new RaftMessage();
            m.type = Type.SNAPSHOT;
            m.from = id;
            m.to = to;
            m.term = term;
            m.index = image.applied();
            m.logTerm = image.appliedTerm();
            m.membership = image.membership();
            boolean isSent = world.send(new Letter(m, new Entry[0], image));
            world.after(random.below(500_000_000), () -> {
                if (born == life) {
                    raft.reportSnapshot(to, isSent, image.applied());
                    turnSoon();
                }
            });
        });
    }

    private void scheduleInstall(long index, long term, Membership membership) {
        int born = life;
        boolean isRefused = world.isChaotic && random.below(6) == 0;
        world.after(random.below(400_000_000), () -> {
            if (born != life) {
                return;
            }
            if (isRefused) {
                raft.snapshotRefused();
            } else {
                install(index, term, membership);
            }
            turnSoon();
        });
    }

    private void install(long index, long term, Membership membership) {
        force(disk.unforced.size());
        installs++;
        Machine image = images.get(index);
        Checks.check(image.appliedTerm() == term && image.membership().equals(membership), "the announced snapshot");
        disk.reset(image, new HardState(disk.hardState.term(), disk.hardState.vote(), index));
        machine = image;
        entries.reset(index);
        world.checks.applied(id, machine);
        raft.snapshotInstalled(index, term, membership, index);
        commitSeen = index;
    }
}
