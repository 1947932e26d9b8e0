package dev.cleave.tests.replica;

import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.log.SimulatedDisk;
import dev.cleave.engine.log.SimulatedSegments;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.GroupChange;
import dev.cleave.region.replica.GroupListener;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.Places;
import dev.cleave.region.replica.Proposal;
import dev.cleave.region.replica.Refusal;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.replica.Replicas;
import dev.cleave.region.replica.ReplicasParts;
import dev.cleave.region.replica.StateMachine;
import dev.cleave.tests.simulator.Machine;
import dev.cleave.tests.simulator.SimAgents;
import dev.cleave.tests.simulator.SimNetwork;
import dev.cleave.tests.simulator.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Three hosts that share many groups of three replicas, on virtual time. */
final class ManyGroups {
    static final long SECOND = 1_000_000_000L;

    final World world = new World(1);
    final SimNetwork network = new SimNetwork(world);
    final Map<Long, Host> hosts = new TreeMap<>();
    private final RaftConfig config;
    private final List<Long> groups = new ArrayList<>();
    private final Map<Long, SimulatedDisk> disks = new HashMap<>();
    private final Map<Long, Long> starts = new HashMap<>();
    long writesDone;
    long frames;

    ManyGroups(int count, RaftConfig config) {
        this.config = config;
        for (long group = 1; group <= count; group++) {
            groups.add(group);
        }
        for (long store = 1; store <= 3; store++) {
            start(store);
        }
    }

    void start(long store) {
        hosts.put(store, new Host(store));
    }

    private static GroupStart startOf(long group, long store) {
        List<Peer> peers = new ArrayList<>();
        for (long other = 1; other <= 3; other++) {
            peers.add(new Peer(10 * group + other, other, PeerRole.VOTER));
        }
        return new GroupStart(
                group,
                10 * group + store,
                Membership.of(10 * group + 1, 10 * group + 2, 10 * group + 3),
                new Places(Epoch.FIRST, peers),
                GroupStart.FIRST_INDEX,
                GroupStart.FIRST_TERM);
    }

    List<Host> alive() {
        return hosts.values().stream().filter(host -> host.isAlive).toList();
    }

    boolean areLed() {
        return groups.stream().allMatch(group -> leader(group) != null);
    }

    boolean areAsleep() {
        return alive().stream()
                .allMatch(host -> host.replicas.statuses().stream().allMatch(GroupStatus::isAsleep));
    }

    long asleepOn(long store) {
        return hosts.get(store).replicas.statuses().stream()
                .filter(GroupStatus::isAsleep)
                .count();
    }

    long ledBy(long store) {
        return groups.stream()
                .filter(group -> leader(group) == hosts.get(store))
                .count();
    }

    /** Who leads in the latest term. */
    Host leader(long group) {
        Host leader = null;
        long term = 0;
        for (Host host : alive()) {
            GroupStatus status = host.replicas.status(group);
            if (status != null && status.role() == Role.LEADER && status.term() > term) {
                leader = host;
                term = status.term();
            }
        }
        return leader;
    }

    void write(long group) {
        leader(group).replicas.propose(group, new Write(world.nanos() + 5 * SECOND, true));
    }

    /** ... whatever becomes of it. */
    void tryToWrite(long group) {
        leader(group).replicas.propose(group, new Write(world.nanos() + 5 * SECOND, false));
    }

    void runUntil(String what, long limitNanos, BooleanSupplier isTrue) {
        long end = world.nanos() + limitNanos;
        while (!isTrue.getAsBoolean()) {
            if (world.nanos() >= end) {
                throw new AssertionError("still waiting for " + what);
            }
            world.runFor(10_000_000L);
        }
    }

    private final class Write implements Proposal {
        private final long deadline;
        private final boolean mustSucceed;

        Write(long deadline, boolean mustSucceed) {
            this.deadline = deadline;
            this.mustSucceed = mustSucceed;
        }

        @Override
        public byte type() {
            return EntryType.COMMAND;
        }

        @Override
        public ByteBuffer payload() {
            return ByteBuffer.wrap(new byte[] {1});
        }

        @Override
        public long deadlineNanos() {
            return deadline;
        }

        @Override
        public void refused(Refusal why, long leaderReplica, long leaderStore) {
            if (mustSucceed) {
                throw new AssertionError("refused: " + why);
            }
        }

        @Override
        public void undetermined() {
            if (mustSucceed) {
                throw new AssertionError("undetermined");
            }
        }
    }

    /** One process. */
    final class Host implements StateMachine, GroupListener, LinkListener {
        final Replicas replicas;
        boolean isAlive = true;
        private final Machine machine;
        private final Map<Link, Long> peers = new HashMap<>();

        private Host(long store) {
            machine = new Machine(world, "h" + store);
            Network net = network.on(machine);
            SimAgents agents = new SimAgents(machine, (role, failure) -> {
                throw new AssertionError(role, failure);
            });
            Hello self = new Hello(Hello.STORE, 1, store, store, starts.merge(store, 1L, Long::sum));
            SimulatedDisk disk = disks.computeIfAbsent(
                    store, any -> new SimulatedDisk(world.randomness().fork()));
            LogOptions options = groups.size() > 1_000 ? LogOptions.defaults() : LogOptions.small();
            RaftLogStore log = SharedLog.open(new SimulatedSegments(disk, options), options, agents, machine);
            replicas = Replicas.start(
                    new ReplicasParts(
                            config,
                            log,
                            this,
                            this,
                            group -> 0,
                            other -> new Address("h" + other, 1),
                            net,
                            () -> self,
                            agents,
                            machine,
                            machine.randomness(),
                            ReplicaOptions.defaults()),
                    groups.stream().map(group -> startOf(group, store)).toList());
            net.listen(new Address("h" + store, 1), () -> self, this);
        }

        void kill() {
            isAlive = false;
            machine.kill();
            network.died(machine);
        }

        void stallDisk(long nanos) {
            machine.stallDisk(nanos);
        }

        void pause(long nanos) {
            machine.pause(nanos);
        }

        @Override
        public GroupChange apply(long group, long index, long term, byte type, ByteBuffer payload, Proposal mine) {
            writesDone += mine == null ? 0 : 1;
            return null;
        }

        @Override
        public void endTurn() {}

        @Override
        public boolean mayCreate(long group, long replicaId, long fromStore, Epoch epoch) {
            return false;
        }

        @Override
        public void isObsolete(long group, long replicaId) {}

        @Override
        public void roleChanged(long group, long replicaId, Role role, long term, long leaderReplica) {}

        @Override
        public void changed(long group) {}

        @Override
        public void snapshotWanted(long group, long toReplica, long toStore, long term) {}

        @Override
        public void install(
                long group, long replicaId, long index, long term, Membership membership, Object snapshot) {}

        @Override
        public void snapshotUnwanted(long group, Object snapshot) {}

        @Override
        public void isLonely(long group, long replicaId, Epoch epoch) {}

        @Override
        public void onOpen(Link link, Hello peer) {
            peers.put(link, peer.nodeId());
        }

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            frames++;
            replicas.receive(peers.get(link), frame);
        }

        @Override
        public void onClose(Link link, String reason) {
            peers.remove(link);
        }
    }
}
