package dev.cleave.tests.replica;

import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.log.FileSegments;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.log.SharedLog;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.FixedGroups;
import dev.cleave.region.replica.GroupChange;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.replica.Places;
import dev.cleave.region.replica.Proposal;
import dev.cleave.region.replica.ReplicaOptions;
import dev.cleave.region.replica.Replicas;
import dev.cleave.region.replica.ReplicasParts;
import dev.cleave.region.replica.StateMachine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One process that embeds Raft groups of its own. What lies between the marks is shown in docs/embedding.md. */
// embedding
final class EmbeddedNode implements StateMachine, LinkListener, AutoCloseable {
    private static final List<Long> NODES = List.of(1L, 2L, 3L);
    final Map<Long, List<String>> applied = new ConcurrentHashMap<>(); // by group: here the state is a list of texts
    final Map<Link, Long> peers = new ConcurrentHashMap<>();
    final Replicas replicas;
    private final ThreadAgentHost agents;
    private final SharedLog log;
    private final NettyNetwork network;
    private final long id;

    EmbeddedNode(long id, Path directory, Map<Long, Address> nodes) {
        this.id = id;
        SystemClock clock = new SystemClock();
        Hello self = new Hello(Hello.STORE, 1, id, id, 1);
        agents = new ThreadAgentHost(clock, (agent, failure) -> failure.printStackTrace());
        log = SharedLog.open(FileSegments.open(directory, LogOptions.small()), LogOptions.small(), agents, clock);
        network = new NettyNetwork("node" + id, 1, WireOptions.defaults());
        replicas = Replicas.start(
                new ReplicasParts(
                        RaftConfig.defaults(),
                        log,
                        this,
                        new FixedGroups(),
                        group -> 0,
                        nodes::get,
                        network,
                        () -> self,
                        agents,
                        clock,
                        Randomness.seeded(id),
                        ReplicaOptions.defaults()),
                List.of());
        network.listen(nodes.get(id), () -> self, this);
    }

    void add(long group) { // on every node
        List<Peer> peers =
                NODES.stream().map(node -> new Peer(node, node, PeerRole.VOTER)).toList();
        replicas.create(new GroupStart(
                group,
                id,
                Membership.of(1, 2, 3),
                new Places(Epoch.FIRST, peers),
                GroupStart.FIRST_INDEX,
                GroupStart.FIRST_TERM));
    }

    void remove(long group) { // on every node
        replicas.destroy(group, id, new byte[] {1}, () -> replicas.forget(group, id, () -> {}));
    }

    @Override
    public GroupChange apply(long group, long index, long term, byte type, ByteBuffer payload, Proposal mine) {
        if (type == EntryType.COMMAND) {
            applied.computeIfAbsent(group, any -> new CopyOnWriteArrayList<>())
                    .add(StandardCharsets.UTF_8.decode(payload).toString());
        }
        return null;
    }
    // end

    @Override
    public void endTurn() {}

    @Override
    public void onOpen(Link link, Hello peer) {
        peers.put(link, peer.nodeId());
    }

    @Override
    public void onFrame(Link link, ByteBuffer frame) {
        replicas.receive(peers.get(link), frame);
    }

    @Override
    public void onClose(Link link, String reason) {
        peers.remove(link);
    }

    @Override
    public void close() {
        network.close();
        replicas.close();
        log.close();
        agents.close();
    }
}
