package dev.cleave.region.raft;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A world of replicas in one thread on virtual time from one seed: a network that loses, doubles, delays and cuts, disks
 * that stall and lose what was not forced, crashes, snapshots, membership changes. {@link Checks} look on all the time.
 */
final class Cluster {
    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    static final long FIRST = 5;

    final RaftConfig config;
    final Randomness random;
    final Randomness beatRandom;
    final Checks checks = new Checks();
    final TreeMap<Long, TestNode> nodes = new TreeMap<>();
    final List<String> trace = new ArrayList<>();
    final boolean isTracing;
    boolean isChaotic = true;
    long now;
    long lossPercent = 5;
    long duplicatePercent = 5;
    long delayMaxNanos = 20_000_000;
    /** By no more than a tenth either way, which leases allow for. */
    boolean clocksDrift;
    /** Then elections collide more often, and no lease can hold. */
    boolean clocksAreSkewed;

    long applySlowMaxNanos = 50_000_000;
    long jointChanges;
    long changes;
    long events;
    long delivered;
    long slept;
    long wokenBySilence;
    long wokenByReturn;

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final Set<String> cuts = new HashSet<>();
    private final Set<Long> everRemoved = new TreeSet<>();
    private long order;
    private long nextId;
    private long nextPayload;
    private long nextLull;
    private long lullEnd;

    Cluster(long seed, RaftConfig config, int voters, boolean isTracing) {
        this.random = Randomness.seeded(seed);
        this.beatRandom = Randomness.seeded(seed * 31 + 5);
        this.config = config;
        this.isTracing = isTracing;
        long[] ids = new long[voters];
        for (int i = 0; i < voters; i++) {
            ids[i] = i + 1;
        }
        nextId = voters + 1;
        Machine start = new Machine(FIRST, FIRST, 1, Membership.of(ids));
        for (long id : ids) {
            TestNode node = new TestNode(this, id, random.fork());
            node.disk.reset(start, new HardState(FIRST, 0, FIRST));
            nodes.put(id, node);
            node.start();
        }
    }

    /** Bounds so small that each is met. */
    static RaftConfig tightConfig(Randomness random) {
        return new RaftConfig(
                300_000_000L,
                1_000_000_000L,
                2_000_000_000L,
                (int) random.between(1, 400),
                (int) random.between(1, 6),
                (int) random.between(1, 1500),
                random.between(100, 3000),
                (int) random.between(1, 600));
    }

    void after(long nanos, Runnable what) {
        queue.add(new Event(now + nanos, order++, what));
    }

    void runFor(long nanos) {
        long until = now + nanos;
        while (!queue.isEmpty() && queue.peek().at <= until) {
            Event event = queue.poll();
            now = event.at;
            events++;
            event.what.run();
        }
        now = until;
    }

    /** Whether it will arrive. */
    boolean send(Letter letter) {
        RaftMessage m = letter.message();
        boolean isLost = isChaotic && random.below(100) < lossPercent;
        TestNode to = nodes.get(m.to);
        if (isLost || to == null || cuts.contains(m.from + ">" + m.to)) {
            if (to != null) {
                to.beats.lost(m.from);
            }
            return false;
        }
        int copies = isChaotic && random.below(100) < duplicatePercent ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long delay = 200_000 + random.below(random.below(30) == 0 ? 40 * delayMaxNanos : delayMaxNanos);
            after(delay, () -> {
                if (!cuts.contains(m.from + ">" + m.to)) {
                    delivered++;
                    note(() -> "deliver " + letter);
                    to.receive(letter);
                } else {
                    to.beats.lost(m.from);
                }
            });
        }
        return true;
    }

    void note(java.util.function.Supplier<String> what) {
        if (isTracing) {
            trace.add(now / 1000 + "us " + what.get());
        }
    }

    void trace(TestNode node, Ready ready) {
        note(() -> {
            StringBuilder text = new StringBuilder("ready " + node.id + " " + node.raft.role() + " term="
                    + node.raft.term() + " vote=" + node.raft.vote() + " leader=" + node.raft.leader() + " last="
                    + node.raft.lastIndex() + " stable=" + node.raft.stableIndex() + " commit=" + node.raft.commit()
                    + " applied=" + node.raft.applied() + " first=" + node.raft.firstIndex() + " "
                    + node.raft.membership());
            for (int i = 0; i < ready.nowCount(); i++) {
                text.append("\n      now ").append(ready.now(i));
            }
            for (int i = 0; i < ready.afterSyncCount(); i++) {
                text.append("\n      after ").append(ready.afterSync(i));
            }
            return text.toString();
        });
    }

    /** Now and then nobody asks for anything for a while. */
    boolean isLull() {
        if (now >= nextLull) {
            lullEnd = nextLull + beatRandom.below(4_000_000_000L);
            nextLull = lullEnd + beatRandom.below(6_000_000_000L);
        }
        return now < lullEnd;
    }

    /** A beat from host to host: lost, delayed and cut as messages are. */
    void beat(TestNode from, TestNode to) {
        boolean isLost = isChaotic && beatRandom.below(100) < lossPercent;
        if (from.id == to.id || isLost) {
            return;
        }
        int life = from.life;
        after(200_000 + beatRandom.below(delayMaxNanos), () -> {
            if (to.isUp && !cuts.contains(from.id + ">" + to.id)) {
                to.beats.heard(from.id, life);
            }
        });
    }

    void cut(long from, long to) {
        cuts.add(from + ">" + to);
    }

    void heal() {
        cuts.clear();
    }

    void isolate(long id) {
        for (long other : nodes.keySet()) {
            if (other != id) {
                cut(id, other);
                cut(other, id);
            }
        }
    }

    void crash(TestNode node) {
        if (node.isUp) {
            note(() -> "crash " + node.id);
            node.crash();
        }
    }

    void restart(TestNode node) {
        if (!node.isUp && !node.isGone) {
            note(() -> "restart " + node.id);
            node.start();
        }
    }

    List<TestNode> leaders() {
        return nodes.values().stream().filter(TestNode::isLeader).toList();
    }

    void proposeSomething() {
        for (TestNode leader : leaders()) {
            byte[] payload = new byte[8 + (int) random.below(random.below(10) == 0 ? 300 : 40)];
            java.nio.ByteBuffer.wrap(payload).putLong(++nextPayload);
            leader.propose(EntryType.COMMAND, payload);
        }
    }

    void readSomething() {
        leaders().forEach(TestNode::read);
    }

    void changeSomething() {
        for (TestNode leader : leaders()) {
            ConfChange change = randomChange(leader.raft.membership());
            try {
                Membership after = leader.raft.membership().apply(change);
                if (after.voters().length > 5 || after.replicas().length > 7) {
                    continue;
                }
            } catch (IllegalArgumentException illegal) {
                if (random.below(10) > 0) {
                    continue;
                }
            }
            if (leader.propose(EntryType.CONF_CHANGE, change.encode()) > 0) {
                note(() -> "propose " + change + " to " + leader.id);
                for (ConfChange.Step step : change.steps()) {
                    if (step.op() == ConfChange.Op.REMOVE) {
                        everRemoved.add(step.replicaId());
                    }
                    nodes.computeIfAbsent(step.replicaId(), id -> {
                        TestNode node = new TestNode(this, id, random.fork());
                        node.start();
                        return node;
                    });
                }
            }
        }
    }

    private ConfChange randomChange(Membership now) {
        long[] members = now.replicas();
        int count = random.below(2) == 0 ? (int) random.between(2, 5) : 1;
        List<ConfChange.Step> steps = new ArrayList<>();
        Set<Long> touched = new HashSet<>();
        for (int i = 0; i < count; i++) {
            boolean isNew = random.below(3) == 0;
            long id = isNew ? nextId++ : members[(int) random.below(members.length)];
            if (everRemoved.contains(id) || !touched.add(id)) {
                continue;
            }
            ConfChange.Op op = ConfChange.Op.values()[(int) random.below(isNew ? 2 : 3)];
            steps.add(new ConfChange.Step(op, id));
        }
        byte[] context = {(byte) (random.below(8) == 0 ? 1 : 0)};
        return steps.isEmpty() ? ConfChange.leaveJoint() : new ConfChange(steps, context);
    }

    void transferSomething() {
        for (TestNode leader : leaders()) {
            long[] members = leader.raft.membership().replicas();
            if (leader.raft.transferLeader(members[(int) random.below(members.length)], leader.clock())) {
                leader.turnSoon();
            }
        }
    }

    /** Destroys replicas that are no members, once a leader says that nobody can still need them. */
    void destroyRemoved() {
        Membership newest = checks.newest().membership();
        long since = checks.newestMembershipSince();
        boolean isKnown = leaders().stream()
                .anyMatch(leader -> leader.raft.isMembershipKnown()
                        && leader.raft.applied() >= since
                        && leader.raft.membership().equals(newest));
        for (TestNode node : nodes.values()) {
            boolean wasMember = node.machine.applied() > 0;
            if (isKnown && !newest.contains(node.id) && wasMember && everRemoved.contains(node.id)) {
                crash(node);
                node.isGone = true;
            }
        }
    }
}
