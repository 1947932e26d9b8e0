package dev.cleave.region.raft;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A replica whose host does nothing by itself: what the core wants done is put aside, and a script says when the disk, the
 * state machine and the snapshots go on. What it does it says.
 */
final class ScriptNode {
    static final long MS = 1_000_000L;

    final long id;
    private final RaftConfig config;
    private final Consumer<String> say;
    private final Consumer<Letter> send;
    private final Checks checks;
    final TestDisk disk = new TestDisk();
    final Deque<long[]> applies = new ArrayDeque<>();
    final TreeSet<Long> snapshotsWanted = new TreeSet<>();
    private final Map<Long, Machine> images = new TreeMap<>();
    private final Ready ready = new Ready();

    Raft raft;
    TestEntries entries = new TestEntries();
    Machine machine = Machine.EMPTY;
    long clock = 10_000 * MS;
    boolean isUp;
    /** What the next election timeout is drawn as. */
    long timeoutNanos;

    private long commitSeen;

    ScriptNode(long id, RaftConfig config, Checks checks, Consumer<String> say, Consumer<Letter> send) {
        this.id = id;
        this.config = config;
        this.checks = checks;
        this.say = say;
        this.send = send;
        this.timeoutNanos = config.electionMinNanos() + 100 * MS * id;
    }

    /** A start at {@code startNanos}, long ago if no promise of an earlier life shall count. */
    void start(long startNanos) {
        isUp = true;
        entries = new TestEntries();
        entries.reset(disk.base);
        disk.log.forEach(entries::append);
        machine = disk.flushed;
        applies.clear();
        snapshotsWanted.clear();
        commitSeen = Math.max(machine.applied(), disk.base);
        Randomness random = new Randomness() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public long between(long lowInclusive, long highExclusive) {
                return timeoutNanos;
            }
        };
        raft = new Raft(config, id, disk.restored(), entries, random, startNanos);
    }

    /** Memory is gone, and with it what was not forced. */
    void crash() {
        isUp = false;
        disk.unforced.clear();
    }

    boolean isIdle() {
        return !isUp || !(raft.hasReady() || !disk.unforced.isEmpty() || !applies.isEmpty() || raft.installing() != 0);
    }

    void receive(Letter letter) {
        if (!isUp) {
            return;
        }
        if (letter.message().type == RaftMessage.Type.SNAPSHOT) {
            images.put(letter.message().index, letter.image());
        }
        entries.incoming = letter.entries();
        raft.step(letter.message(), clock);
    }

    long propose(byte type, byte[] payload) {
        long index = raft.propose(type, payload.length, clock);
        if (index > 0) {
            entries.append(new Entry(index, raft.term(), type, payload));
        }
        return index;
    }

    void pass(long nanos) {
        long until = clock + nanos;
        while (isUp && raft.nextDeadlineNanos() <= until) {
            clock = Math.max(clock, raft.nextDeadlineNanos());
            raft.onTime(clock);
        }
        clock = until;
    }

    /** One Ready: what leaves at once leaves, all else waits for the script. */
    void collect() {
        raft.collect(ready, clock);
        if (ready.roleChanged()) {
            say(roleInWords());
            if (raft.role() == Role.LEADER) {
                checks.leads(id, raft);
            }
        }
        observe();
        for (int i = 0; i < ready.nowCount(); i++) {
            send.accept(Letter.of(ready.now(i), entries));
        }
        persist();
        if (ready.applyFirst() != 0) {
            applies.add(new long[] {ready.applyFirst(), ready.applyLast()});
            say("may apply " + span(ready.applyFirst(), ready.applyLast()));
        }
        for (int i = 0; i < ready.readCount(); i++) {
            say("may answer read " + ready.readToken(i) + " once " + ready.readIndex(i) + " is applied");
        }
        for (int i = 0; i < ready.snapshotCount(); i++) {
            snapshotsWanted.add(ready.snapshotTo(i));
            say("wants to send a snapshot to " + ready.snapshotTo(i));
        }
        if (ready.installIndex() != 0) {
            say("wants to install the snapshot up to " + Wording.at(ready.installIndex(), ready.installTerm()));
        }
    }

    private void persist() {
        TestDisk.Batch batch = new TestDisk.Batch();
        batch.hasHardState = ready.hasHardState();
        batch.hardState = new HardState(ready.term(), ready.vote(), ready.commit());
        batch.mustSync = ready.mustSync();
        batch.markTerm = ready.markTerm();
        batch.markIndex = ready.markIndex();
        List<String> what = new ArrayList<>();
        if (batch.hasHardState) {
            what.add("term " + ready.term() + " vote " + ready.vote() + " commit " + ready.commit());
        }
        if (ready.persistFirst() != 0) {
            batch.entries = new Entry[(int) (ready.persistLast() - ready.persistFirst() + 1)];
            for (int i = 0; i < batch.entries.length; i++) {
                batch.entries[i] = entries.get(ready.persistFirst() + i);
                checks.wrote(batch.entries[i]);
                what.add(Wording.entry(batch.entries[i]));
            }
        }
        for (int i = 0; i < ready.afterSyncCount(); i++) {
            Letter promise = Letter.of(ready.afterSync(i), entries);
            if (batch.mustSync) {
                batch.promises.add(promise);
            } else {
                send.accept(promise);
            }
        }
        if (batch.mustSync || batch.hasHardState) {
            disk.unforced.add(batch);
            say("writes " + (what.isEmpty() ? "nothing" : String.join(", ", what))
                    + (batch.mustSync ? "; a force is due" : "; lazily"));
        }
    }

    /** The oldest write becomes durable. */
    void force() {
        TestDisk.Batch batch = disk.unforced.poll();
        disk.write(batch);
        for (Letter promise : batch.promises) {
            send.accept(promise);
        }
        if (batch.mustSync) {
            raft.persisted(batch.markTerm, batch.markIndex, batch.hardState.term(), batch.hardState.vote());
            say("has forced; durable up to " + raft.stableIndex());
        }
    }

    /** The oldest range is applied, after the commit index that covers a change is forced. */
    void apply() {
        long[] range = applies.poll();
        for (long i = range[0]; i <= range[1]; i++) {
            Entry entry = entries.get(i);
            Membership membership = machine.membership();
            if (entry.type() == EntryType.CONF_CHANGE) {
                while (disk.hardState.commit() < i) {
                    force();
                }
                membership = raft.applyConf(i, ConfChange.decode(java.nio.ByteBuffer.wrap(entry.payload())));
                say("applies " + Wording.entry(entry) + ": " + Wording.membership(membership));
            }
            machine = machine.with(entry, membership);
            checks.applied(id, machine);
        }
        raft.applied(range[1]);
        say("has applied " + span(range[0], range[1]));
    }

    private void observe() {
        for (long i = Math.max(commitSeen + 1, raft.firstIndex()); i <= raft.commit(); i++) {
            checks.committed(id, raft, i, entries.get(i));
        }
        commitSeen = Math.max(commitSeen, raft.commit());
    }

    void flush() {
        disk.flushed = machine;
    }

    void compact(long index) {
        disk.flushed = machine;
        long term = raft.termAt(index);
        raft.compacted(index, term);
        entries.compactTo(index);
        disk.compactTo(index, term);
    }

    void sendSnapshot(long to) {
        RaftMessage m = new RaftMessage();
        m.type = RaftMessage.Type.SNAPSHOT;
        m.from = id;
        m.to = to;
        m.term = raft.term();
        m.index = machine.applied();
        m.logTerm = machine.appliedTerm();
        m.membership = machine.membership();
        snapshotsWanted.remove(to);
        send.accept(new Letter(m, new Entry[0], machine));
    }

    void install() {
        while (!disk.unforced.isEmpty()) {
            force();
        }
        long index = raft.installing();
        Machine image = images.get(index);
        disk.reset(image, new HardState(disk.hardState.term(), disk.hardState.vote(), index));
        machine = image;
        entries.reset(index);
        checks.applied(id, machine);
        raft.snapshotInstalled(index, image.appliedTerm(), image.membership(), index);
        commitSeen = index;
        say("has installed the snapshot up to " + Wording.at(index, image.appliedTerm()) + ": "
                + Wording.membership(image.membership()));
    }

    private String roleInWords() {
        String known = raft.leader() == 0 ? "no leader known" : "led by " + raft.leader();
        return switch (raft.role()) {
            case FOLLOWER -> "is follower in term " + raft.term() + ", " + known;
            case PRE_CANDIDATE -> "is pre-candidate in term " + raft.term();
            case CANDIDATE -> "is candidate in term " + raft.term();
            case LEADER -> "is LEADER in term " + raft.term();
        };
    }

    String state() {
        if (!isUp) {
            return "is down";
        }
        return roleInWords() + ", vote " + raft.vote() + ", log " + raft.firstIndex() + ".." + raft.lastIndex()
                + ", durable " + raft.stableIndex() + ", commit " + raft.commit() + ", applied " + raft.applied()
                + "; " + Wording.membership(raft.membership());
    }

    private static String span(long first, long last) {
        return first == last ? Long.toString(first) : first + ".." + last;
    }

    private void say(String what) {
        say.accept(id + " " + what);
    }
}
