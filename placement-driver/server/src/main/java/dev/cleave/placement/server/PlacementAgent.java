package dev.cleave.placement.server;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.codec.RecordException;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.catalog.CatalogView;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.OperatorDesk;
import dev.cleave.placement.server.plan.PlanCounts;
import dev.cleave.region.control.ControlCodec;
import dev.cleave.region.control.ControlFrame;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.FrameKind;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.PdCodec;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.replica.ReplicaHost;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of everything that the placement driver knows and decides. It serves while its node leads and its catalog is known to be
 * whole, which the first window of ids proves.
 */
@OwnedBy("placement agent")
final class PlacementAgent implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementAgent.class);
    private static final long TICK_NANOS = 100_000_000L;
    private static final int ITEMS_PER_TURN = 1_024;

    private final Inbox<Runnable> inbox;
    private final Inbox<Runnable> outcomes;
    private final Randomness randomness;
    private final long checkNanos;
    private final Supplier<CatalogView> catalog;
    private final ClusterMap map;
    private final ControlCodec codec = new ControlCodec();
    private final Sessions sessions = new Sessions(codec);
    private final Proposals proposals;
    private final IdSource ids;
    private final OperatorDesk desk;
    private final Planner planner;
    private final Patrol patrol;
    private final Consistency consistency;
    private final Recovery recovery;
    private final ControlGate control;
    private final ClientGate clients;

    /** The term in which this node leads, 0 if it does not; set by the replica agent. */
    private volatile long leadingTerm;

    private long servedTerm;
    private boolean isPreparing;
    private volatile boolean isServing;
    private volatile PdReply.Status status;
    private volatile Sighting sighting = Sighting.NONE;
    private long nextTickNanos;
    private long nextCheckNanos;
    private long syncedIndex = -1;
    private long pushedStoresVersion;

    PlacementAgent(
            PlacementOptions options,
            Supplier<CatalogView> catalog,
            Clock clock,
            Randomness randomness,
            Address self,
            Inbox<Runnable> inbox) {
        this.inbox = inbox;
        this.outcomes = new Inbox<>(options.openProposalsMax());
        this.randomness = randomness;
        this.checkNanos = options.checkEvery().toNanos();
        this.catalog = catalog;
        this.map = new ClusterMap(catalog, options, clock.nanos());
        this.proposals = new Proposals(clock, options.proposalMax(), options.openProposalsMax(), outcomes);
        this.ids = new IdSource(proposals::propose, options.idWindow());
        OperatorDesk.Limits limits = new OperatorDesk.Limits(
                options.commandRepeat().toNanos(),
                options.fastStepMax().toNanos(),
                options.slowStepMax().toNanos());
        this.desk = new OperatorDesk(map, new DeskPorts(), limits);
        this.planner = new Planner(ids, proposals, desk, clock);
        this.patrol = new Patrol(map, options, planner, desk, sessions, proposals);
        Registrar registrar = new Registrar(map, sessions, proposals, ids);
        this.consistency = new Consistency(map, sessions, ids, options);
        this.recovery = new Recovery(map, sessions, proposals, options);
        this.control = new ControlGate(map, sessions, registrar, proposals, ids, desk, patrol, consistency, recovery);
        AdminGate admin = new AdminGate(map, options, planner, proposals, consistency, recovery);
        this.clients = new ClientGate(map, desk, admin, options, self, clock::wallMillis);
        this.status = clients.status();
    }

    /** Before the agent starts: where commands go. */
    void through(ReplicaHost host, dev.cleave.engine.agents.AgentHandle handle) {
        proposals.through(host);
        outcomes.ownedBy(handle);
    }

    boolean isServing() {
        return isServing;
    }

    /** The status as of a recent tick. Any thread. */
    PdReply.Status status() {
        return status;
    }

    /** Stores and loads as of a recent tick. Any thread. */
    Sighting sighting() {
        return isServing ? sighting : Sighting.NONE;
    }

    /** How operators ended and how long their steps took. Any thread. */
    PlanCounts plans() {
        return desk.counts();
    }

    @Override
    public String role() {
        return "placement";
    }

    @Override
    public int doWork(long nowNanos) {
        map.advance(nowNanos);
        followLeadership();
        int work = outcomes.drain(Runnable::run, ITEMS_PER_TURN);
        refresh();
        work += inbox.drain(Runnable::run, ITEMS_PER_TURN);
        if (nowNanos - nextTickNanos >= 0) {
            nextTickNanos = nowNanos + TICK_NANOS;
            tick(nowNanos);
        }
        return work;
    }

    @Override
    public long nextDeadlineNanos() {
        return nextTickNanos;
    }

    @Override
    public void onClose() {
        isServing = false;
        sessions.closeAll();
    }

    // From the group.

    /** Any thread. */
    void leads(long termOrZero) {
        leadingTerm = termOrZero;
    }

    private void followLeadership() {
        if (isServing && leadingTerm != servedTerm) {
            LOG.info("placement.stopped reason=\"this node does not lead any more\"");
            isServing = false;
            ids.clear();
            consistency.clear();
            recovery.clear();
            sessions.closeAll();
        }
        prepare();
    }

    // From links.

    void opened(Link link, Hello peer) {
        if (isServing) {
            sessions.opened(link, peer);
        } else {
            link.close(); // it comes again soon
        }
    }

    void closed(Link link) {
        sessions.closed(link);
    }

    void received(Link link, ByteBuffer frame) {
        Session session = sessions.on(link);
        if (session == null || !frame.hasRemaining()) {
            return;
        }
        byte kind = frame.get(frame.position());
        try {
            switch (kind) {
                case FrameKind.CONTROL -> receiveControl(session, frame);
                case FrameKind.PD_REQUEST -> receiveRequest(session, frame);
                default -> throw new RecordException("frame kind " + kind + " is not for a placement driver");
            }
        } catch (RecordException | MalformedFrame refused) {
            LOG.warn("frame.refused link={} reason=\"{}\"", link.remote(), refused.getMessage());
            link.close();
        }
    }

    /** A question that did not come by link; the answer comes on the placement agent. */
    void ask(PdRequest request, Consumer<PdReply> told) {
        if (isServing) {
            clients.answer(request, told);
        } else {
            told.accept(notReady());
        }
    }

    private void receiveControl(Session session, ByteBuffer frame) {
        ControlFrame control = codec.decode(frame);
        ToPlacement record = control.up();
        if (record == null) {
            throw new RecordException("a placement driver does not take orders");
        }
        if (session.peer.role() != Hello.STORE) {
            throw new RecordException("only a store speaks so");
        }
        this.control.receive(session, control.call(), record);
    }

    private void receiveRequest(Session session, ByteBuffer frame) {
        long id = PdCodec.requestId(frame);
        PdRequest request = PdCodec.decodeRequest(frame);
        ask(request, reply -> session.link.send(encoded(id, reply)));
    }

    private static ByteBuffer encoded(long id, PdReply reply) {
        try {
            return PdCodec.encodeReply(id, reply);
        } catch (IllegalArgumentException tooLarge) {
            String message = "the answer does not fit: " + tooLarge.getMessage() + "; ask for less";
            return PdCodec.encodeReply(id, new PdReply.Refused(PdReply.Kind.UNAVAILABLE, message));
        }
    }

    private static PdReply notReady() {
        return new PdReply.Refused(
                PdReply.Kind.UNAVAILABLE, "this placement driver does not lead yet; try again, or another member");
    }

    // Time.

    private void tick(long nowNanos) {
        if (!isServing) {
            return;
        }
        desk.tick(nowNanos);
        consistency.tick();
        recovery.tick();
        if (nowNanos - nextCheckNanos >= 0) {
            nextCheckNanos = nowNanos + checkNanos;
            sessions.sweep();
            patrol.round();
            status = clients.status();
            sighting = new Sighting(map.allStores(), map.stores().busiest(nowNanos));
        }
    }

    /** Follows the catalog: new operators begin, ended ones go, stores hear of each other. */
    private void refresh() {
        CatalogView view = catalog.get();
        if (view.appliedIndex() == syncedIndex) {
            return;
        }
        syncedIndex = view.appliedIndex();
        if (!isServing) {
            return;
        }
        desk.sync(view.running().values(), map.nowNanos());
        if (view.storesVersion() != pushedStoresVersion) {
            pushedStoresVersion = view.storesVersion();
            sessions.pushAll(control.storeMap());
        }
    }

    /** A new leader has seen its whole log once a command of its own has been applied: the window of ids is that command. */
    private void prepare() {
        long term = leadingTerm;
        if (term == 0 || isServing || isPreparing) {
            return;
        }
        isPreparing = true;
        long clusterId = Math.max(1, randomness.nextLong() >>> 1);
        proposals.propose(new CatalogCommand.CreateCluster(clusterId), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                // What was taken in an earlier leadership may be less than what others have given out since.
                ids.clear();
                ids.take(1, first -> serve(term, first.getAsLong()), why -> isPreparing = false);
            }

            @Override
            public void failed(String why) {
                isPreparing = false;
            }
        });
    }

    private void serve(long term, long spentId) {
        isPreparing = false;
        if (leadingTerm != term) {
            return;
        }
        servedTerm = term;
        isServing = true;
        syncedIndex = -1;
        CatalogView view = catalog.get();
        LOG.info(
                "placement.serving cluster={} stores={} operators={} firstFreeId={}",
                Long.toUnsignedString(view.clusterId(), 16),
                view.stores().size(),
                view.running().size(),
                spentId + 1);
        refresh();
    }

    private final class DeskPorts implements OperatorDesk.Ports {
        @Override
        public void command(long storeId, FromPlacement.Command command) {
            sessions.push(storeId, command);
        }

        @Override
        public void end(Operator ended) {
            planner.end(ended);
        }
    }
}
