package dev.cleave.placement.server;

import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.engine.wire.Network;
import dev.cleave.placement.server.catalog.CatalogStateMachine;
import dev.cleave.placement.server.catalog.CatalogView;
import dev.cleave.placement.server.plan.PlanCounts;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.replica.Replicas;
import dev.cleave.region.replica.ReplicasParts;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * A placement driver as one component: a Raft group for its state, an agent for everything else, an endpoint for stores, clients and tools. Every
 * part is handed in, so that it runs on threads and disks as well as in the simulator.
 */
@AnyThread
public final class PlacementNode implements AutoCloseable {
    private final CatalogStateMachine stateMachine;
    private final Inbox<Runnable> inbox;
    private final PlacementAgent agent;
    private final AgentHandle agentHandle;
    private final Replicas replicas;
    private final Network.Endpoint endpoint;

    private PlacementNode(PlacementParts parts) {
        stateMachine = new CatalogStateMachine(parts.engine());
        inbox = new Inbox<>(parts.options().inboxItemsMax());
        endpoint = parts.network().listen(parts.listen(), () -> hello(parts), new Inlet());
        try {
            Address self = parts.advertised() == null ? endpoint.address() : parts.advertised();
            agent = new PlacementAgent(
                    parts.options(),
                    stateMachine::view,
                    parts.clock(),
                    parts.randomness().fork(),
                    self,
                    inbox);
            replicas = Replicas.start(
                    new ReplicasParts(
                            parts.raft(),
                            parts.log(),
                            stateMachine,
                            new CatalogGroup(agent::leads),
                            stateMachine,
                            storeId -> null,
                            parts.network(),
                            () -> hello(parts),
                            parts.agents(),
                            parts.clock(),
                            parts.randomness().fork(),
                            parts.replicaOptions()),
                    List.of(stateMachine.groupStart()));
            agentHandle = parts.agents().start(agent);
            agent.through(replicas, agentHandle);
            inbox.ownedBy(agentHandle);
        } catch (RuntimeException failed) {
            endpoint.close();
            throw failed;
        }
    }

    /**
     * Starts a node on its parts.
     *
     * @throws dev.cleave.engine.wire.WireException if its address cannot be bound
     */
    public static PlacementNode start(PlacementParts parts) {
        return new PlacementNode(parts);
    }

    /** Where it listens, with the port that was chosen if none was given. */
    public Address address() {
        return endpoint.address();
    }

    /** 0 until the cluster has been created. */
    public long clusterId() {
        return stateMachine.view().clusterId();
    }

    /** Whether it leads and answers. */
    public boolean isServing() {
        return agent.isServing();
    }

    /** The durable state as of a recent turn. */
    public CatalogView catalog() {
        return stateMachine.view();
    }

    /** The cluster as of the last second. */
    public PdReply.Status status() {
        return agent.status();
    }

    /** Stores and loads as of the last second. */
    Sighting sighting() {
        return agent.sighting();
    }

    /** How operators ended and how long their steps took. */
    PlanCounts plans() {
        return agent.plans();
    }

    /** Asks as a client does, from inside this process; {@code told} is called on the placement agent and must not block. */
    public void ask(PdRequest request, Consumer<PdReply> told) {
        if (!inbox.offer(() -> agent.ask(request, told))) {
            told.accept(new PdReply.Refused(PdReply.Kind.UNAVAILABLE, "the placement driver is busy; try again"));
        }
    }

    /** Stops serving, then the group. Engine, log, network and agents are their owner's to close, in this order: after this. */
    @Override
    public void close() {
        endpoint.close();
        agentHandle.close();
        replicas.close();
    }

    private Hello hello(PlacementParts parts) {
        return new Hello(Hello.PLACEMENT, stateMachine.view().clusterId(), 1, parts.dataUuid(), parts.startNumber());
    }

    /** Brings what happens on links to the agent; a link whose news does not fit is closed, and its other end comes again. */
    private final class Inlet implements LinkListener {
        @Override
        public void onOpen(Link link, Hello peer) {
            if (!inbox.offer(() -> agent.opened(link, peer))) {
                link.close();
            }
        }

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            if (!inbox.offer(() -> agent.received(link, frame))) {
                link.close();
            }
        }

        @Override
        public void onClose(Link link, String reason) {
            // Should it not fit, the next sweep finds the link closed.
            inbox.offer(() -> agent.closed(link));
        }
    }
}
