package dev.cleave.tests.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.log.FileSegments;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.engine.log.SharedLog;
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
import dev.cleave.region.replica.ReadTicket;
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
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hosts embed a group of their own, on virtual time with the production log on real files. */
class ReplicaHostTest {
    private static final long GROUP = 7;
    private static final Membership THREE = Membership.of(1, 2, 3);
    private static final Places PLACES = new Places(
            Epoch.FIRST,
            List.of(new Peer(1, 1, PeerRole.VOTER), new Peer(2, 2, PeerRole.VOTER), new Peer(3, 3, PeerRole.VOTER)));

    private static final long CHILD = 8;
    private static final Membership CHILDREN = Membership.of(18, 28);
    private static final Places CHILD_PLACES =
            new Places(Epoch.FIRST, List.of(new Peer(18, 1, PeerRole.VOTER), new Peer(28, 2, PeerRole.VOTER)));

    @TempDir
    private Path directory;

    private final World world = new World(1);
    private final SimNetwork network = new SimNetwork(world);
    private final Map<Long, Host> hosts = new TreeMap<>();

    @Test
    void threeHostsElectAgreeAndSurviveAKillOfEach() {
        startAll();
        runUntil("a leader", () -> leader() != null);

        for (int i = 0; i < 50; i++) {
            write("a" + i);
        }
        for (long victim = 1; victim <= 3; victim++) {
            hosts.get(victim).kill();
            runUntil("a leader of two", () -> leader() != null && leader().isAlive);
            write("without " + victim);
            start(victim);
        }

        runUntil(
                "everybody has applied the same",
                () -> hosts.values().stream()
                        .allMatch(host -> host.applied.equals(hosts.get(1L).applied) && host.applied.size() == 53));
        assertThat(hosts.get(2L).applied).contains("a0", "a49", "without 3");
    }

    @Test
    void allHostsKilledAtOnceComeBackWithEverythingAcknowledged() {
        startAll();
        runUntil("a leader", () -> leader() != null);
        for (int i = 0; i < 20; i++) {
            write("b" + i);
        }

        hosts.values().forEach(Host::kill);
        startAll();
        runUntil("a leader again", () -> leader() != null);
        write("after");

        runUntil("all is there", () -> hosts.values().stream().allMatch(host -> host.applied.size() == 21));
        assertThat(hosts.get(1L).applied.get(20)).isEqualTo("after");
    }

    @Test
    void aReadSeesWhatWasAcknowledgedAndAFollowerRefusesIt() {
        startAll();
        runUntil("a leader", () -> leader() != null);
        write("x");

        List<String> answers = new ArrayList<>();
        for (Host host : hosts.values()) {
            host.replicas.read(GROUP, host.ticket(answers));
        }

        runUntil("three answers", () -> answers.size() == 3);
        assertThat(answers).containsExactlyInAnyOrder("ready 1", "NOT_LEADER", "NOT_LEADER");
    }

    /** A younger replica shares nothing with the one that has ended but the group: forgotten with it, it would vote twice in its term. */
    @Test
    void aReplicaThatHasEndedStaysAwayAndAYoungerOneOfItsGroupKeepsItsVote() {
        Host first = new Host(1, List.of(), Map.of());
        LogWrite votes = new LogWrite(done -> {});
        votes.section(3, 8).hardState(7, 2, 0);
        votes.section(4, 8).hardState(7, 2, 0);
        first.log.write(votes);
        world.runFor(100_000_000L);
        first.kill();

        Host second = new Host(1, List.of(), Map.of(3L, 8L, 4L, 6L));
        world.runFor(2_000_000_000L);

        assertThat(second.replicas.status(3)).isNull();
        assertThat(second.replicas.status(4).term()).isEqualTo(7);
    }

    /** Its birth by a split was lost with the engine's memory, and nobody here will repeat it. What it acknowledged must outlive its birth by a snapshot. */
    @Test
    void anUnbornReplicaIsBornByASnapshotFromTheMiddleOfItsLogAndKeepsTheRest() {
        Host first = new Host(3, List.of(), Map.of());
        LogWrite write = new LogWrite(done -> {});
        LogWrite.Section section = write.section(GROUP, 3);
        section.reset(5, 5).hardState(6, 1, 8);
        for (long index = 6; index <= 9; index++) {
            ByteBuffer entry = ByteBuffer.allocate(EntryLayout.HEADER_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
            EntryLayout.put(entry, EntryType.COMMAND, index, 6, ByteBuffer.wrap(new byte[] {(byte) ('a' + index)}));
            section.entry(entry.flip());
        }
        first.log.write(write);
        world.runFor(100_000_000L);
        first.kill();

        Host second = new Host(3, List.of(), Map.of());
        second.replicas.snapshotArrived(GROUP, 3, 1, 6, 7, 6, THREE, Epoch.FIRST, "a snapshot");
        runUntil("it lives", () -> !second.applied.isEmpty());
        assertThat(second.applied).containsExactly("i");
        second.kill();

        Host third = new Host(3, List.of(new GroupStart(GROUP, 3, THREE, PLACES, 8, 6)), Map.of());
        world.runFor(100_000_000L);
        assertThat(third.replicas.status(GROUP).lastIndex()).isEqualTo(9);
    }

    /**
     * A split gives birth to a replica that others have called already, and before the word of it has gone round here, one of them has sent its snapshot: it holds what
     * the split would have begun with, and more. Found on real processes, after one of them had stood still.
     */
    @Test
    void aSnapshotThatOvertakesTheWordOfABirthIsTheBirth() {
        GroupStart parent =
                new GroupStart(GROUP, 1, Membership.of(1), PLACES, GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);
        Host heir = new Host(2, List.of(child(28)), Map.of());
        Host host = new Host(1, List.of(parent), Map.of());
        hosts.put(1L, host);
        host.mayCreate = true;
        runUntil("the child leads elsewhere, by the vote of one that is not born", () -> {
            GroupStatus status = heir.replicas.status(CHILD);
            return status != null && status.role() == Role.LEADER && host.replicas.status(CHILD) != null;
        });

        host.onDivide = () -> {
            long term = heir.replicas.status(CHILD).term();
            host.replicas.snapshotArrived(CHILD, 18, 28, term, 6, term, CHILDREN, Epoch.FIRST, "a snapshot");
            return new GroupChange.Divided(List.of(child(18)), PLACES);
        };
        write("divide");
        runUntil(
                "both agree",
                () -> heir.replicas.status(CHILD).appliedIndex() == 6
                        && CHILDREN.equals(host.replicas.status(CHILD).membership()));

        assertThat(host.installed).containsExactly("a snapshot");
        assertThat(host.replicas.status(CHILD).firstIndex()).isEqualTo(7);
    }

    private static GroupStart child(long replicaId) {
        return new GroupStart(CHILD, replicaId, CHILDREN, CHILD_PLACES, GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);
    }

    private void startAll() {
        for (long store = 1; store <= 3; store++) {
            start(store);
        }
    }

    private void start(long store) {
        GroupStart start = new GroupStart(GROUP, store, THREE, PLACES, GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);
        hosts.put(store, new Host(store, List.of(start), Map.of()));
    }

    private Host leader() {
        for (Host host : hosts.values()) {
            GroupStatus status = host.isAlive ? host.replicas.status(GROUP) : null;
            if (status != null && status.role() == Role.LEADER) {
                return host;
            }
        }
        return null;
    }

    private void write(String text) {
        boolean[] isDone = new boolean[1];
        String[] refused = new String[1];
        for (int attempt = 0; attempt < 20 && !isDone[0]; attempt++) {
            runUntil("a leader", () -> leader() != null);
            refused[0] = null;
            leader().replicas.propose(GROUP, new TextProposal(text, world.nanos() + 5_000_000_000L, isDone, refused));
            runUntil("an answer", () -> isDone[0] || refused[0] != null);
            if (!isDone[0]) {
                assertThat(refused[0]).isNotEqualTo("undetermined");
                world.runFor(100_000_000L);
            }
        }
        assertThat(isDone[0]).as(text + " " + refused[0]).isTrue();
    }

    private void runUntil(String what, BooleanSupplier isTrue) {
        long end = world.nanos() + 30_000_000_000L;
        while (!isTrue.getAsBoolean()) {
            assertThat(world.nanos()).as("still waiting for " + what).isLessThan(end);
            assertThat(world.step()).isTrue();
        }
    }

    private record TextProposal(String text, long deadlineNanos, boolean[] isDone, String[] refused)
            implements Proposal {
        @Override
        public byte type() {
            return EntryType.COMMAND;
        }

        @Override
        public ByteBuffer payload() {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void refused(Refusal why, long leaderReplica, long leaderStore) {
            refused[0] = why.name();
        }

        @Override
        public void undetermined() {
            refused[0] = "undetermined";
        }
    }

    /** One process. */
    private final class Host implements StateMachine, GroupListener, LinkListener {
        final List<String> applied = new ArrayList<>();
        private final List<TextProposal> toAnswer = new ArrayList<>();
        final Machine machine;
        final Replicas replicas;
        final RaftLogStore log;
        final Network net;
        private final Map<Link, Long> peers = new HashMap<>();
        final List<String> installed = new ArrayList<>();
        boolean isAlive = true;
        boolean mayCreate;
        Supplier<GroupChange> onDivide;

        Host(long store, List<GroupStart> starts, Map<Long, Long> ended) {
            machine = new Machine(world, "h" + store);
            net = network.on(machine);
            SimAgents agents = new SimAgents(machine, (role, failure) -> {
                throw new AssertionError(role, failure);
            });
            Hello self = new Hello(Hello.STORE, 1, store, store, 1);
            log = SharedLog.open(
                    FileSegments.open(directory.resolve("h" + store), LogOptions.small()),
                    LogOptions.small(),
                    agents,
                    machine);
            replicas = Replicas.start(
                    new ReplicasParts(
                            RaftConfig.defaults(),
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
                    starts,
                    ended);
            net.listen(new Address("h" + store, 1), () -> self, this);
        }

        void kill() {
            isAlive = false;
            machine.kill();
            network.died(machine);
            log.close();
        }

        ReadTicket ticket(List<String> answers) {
            return new ReadTicket() {
                @Override
                public long deadlineNanos() {
                    return world.nanos() + 5_000_000_000L;
                }

                @Override
                public void ready(long appliedIndex) {
                    answers.add("ready " + applied.size());
                }

                @Override
                public void refused(Refusal why, long leaderReplica, long leaderStore) {
                    answers.add(why.name());
                }
            };
        }

        @Override
        public GroupChange apply(long group, long index, long term, byte type, ByteBuffer payload, Proposal mine) {
            if (type == EntryType.COMMAND) {
                applied.add(StandardCharsets.UTF_8.decode(payload).toString());
            }
            if (mine instanceof TextProposal text) {
                toAnswer.add(text);
            }
            return type == EntryType.COMMAND && onDivide != null ? onDivide.get() : null;
        }

        @Override
        public void endTurn() {
            toAnswer.forEach(proposal -> proposal.isDone()[0] = true);
            toAnswer.clear();
        }

        @Override
        public boolean mayCreate(long group, long replicaId, long fromStore, Epoch epoch) {
            return mayCreate;
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
        public void install(long group, long replicaId, long index, long term, Membership membership, Object snapshot) {
            installed.add(String.valueOf(snapshot));
            Places places = group == CHILD ? CHILD_PLACES : PLACES;
            replicas.snapshotInstalled(group, replicaId, index, term, membership, places, () -> {});
        }

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
            replicas.receive(peers.get(link), frame);
        }

        @Override
        public void onClose(Link link, String reason) {}
    }
}
