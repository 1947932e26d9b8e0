package dev.cleave.region.store;

import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.control.FromPlacement.Registered;
import dev.cleave.region.control.PlacementStub;
import dev.cleave.region.control.ToPlacement.RegisterStore;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.store.report.ControlAgent;
import dev.cleave.region.store.report.KnownStores;
import dev.cleave.region.store.report.NodeEvents;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.RegionDigest;
import dev.cleave.region.store.state.StoreBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A storage node. It is handed everything it needs, so that a simulator can run it on virtual time. A node with an identity serves at once, with or
 * without the placement driver; a new one serves once it has been given an id.
 */
@AnyThread
public final class StoreNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreNode.class);

    private final StoreParts parts;
    private final StoreEvents events;
    private final KnownStores stores;
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private volatile StoreIdentity identity;
    private volatile StoreStatus.State state = StoreStatus.State.REGISTERING;
    private volatile String message = "";
    private volatile @Nullable RunningStore running;
    private Network.@Nullable Endpoint endpoint;
    private @Nullable ControlAgent control;
    private @Nullable AgentHandle controlHandle;
    private Address address;

    public StoreNode(StoreParts parts, StoreEvents events) {
        this.parts = parts;
        this.events = events;
        this.address = parts.listen();
        this.stores = new KnownStores(new StoreBook(parts.engine()));
        long uuid = parts.randomness().nextLong();
        Optional<StoreIdentity> known = parts.identity().load();
        identity =
                known.orElse(new StoreIdentity(0, 0, uuid == 0 ? 1 : uuid, 0)).startedAgain();
    }

    /**
     * Starts and returns at once; {@link #serving} tells when requests are served.
     *
     * @throws dev.cleave.engine.wire.WireException if the address cannot be listened on
     */
    public void start() {
        parts.identity().save(identity);
        PeerCheck check = new PeerCheck(() -> identity);
        Network.Endpoint listening =
                parts.network().listen(parts.listen(), this::hello, new StoreEndpoint(check, () -> running));
        endpoint = listening;
        Address advertised = parts.advertised();
        address = advertised == null ? listening.address() : advertised;
        ControlAgent agent =
                new ControlAgent(this::stub, new Events(), parts.options().reports());
        control = agent;
        if (identity.isRegistered()) {
            run(agent);
        }
        AgentHandle handle = parts.agents().start(agent);
        controlHandle = handle;
        agent.inbox().ownedBy(handle);
        LOG.info(
                "event=store-started store={} address={} placement={} start={}",
                identity.storeId(),
                address,
                parts.placement(),
                identity.startNumber());
    }

    private PlacementStub stub(ControlAgent agent) {
        return new PlacementStub(
                parts.network(),
                parts.placement(),
                this::hello,
                parts.clock(),
                parts.randomness().fork(),
                parts.options().placement(),
                agent,
                agent::wake);
    }

    private Hello hello() {
        return RunningStore.hello(Hello.STORE, identity);
    }

    private RunningStore run(ControlAgent agent) {
        RunningStore store = new RunningStore(identity, parts, stores, agent);
        running = store;
        state = StoreStatus.State.SERVING;
        serving.complete(null);
        return store;
    }

    /** Completed when the node serves requests; fails, with a reason for people, if it never will. */
    public CompletableFuture<Void> serving() {
        return serving;
    }

    /** The address others reach it by. */
    public Address address() {
        return address;
    }

    public StoreIdentity identity() {
        return identity;
    }

    /**
     * Moves leadership of all regions elsewhere, then refuses requests and answers those under way. Tells whether no leader is left here that
     * another store could be, and every request is answered; at {@code deadlineNanos} (on the clock handed in) at the latest.
     * {@link #close} comes after it.
     */
    public CompletableFuture<Boolean> stopGracefully(long deadlineNanos) {
        ControlAgent agent = control;
        if (agent == null || running == null) {
            return CompletableFuture.completedFuture(true);
        }
        state = StoreStatus.State.LEAVING;
        return agent.leave(deadlineNanos);
    }

    /** What it has to do now, without its regions; empty unless it serves. */
    public Optional<StoreStatus.Load> load() {
        RunningStore store = running;
        return store == null || state == StoreStatus.State.CLOSED ? Optional.empty() : Optional.of(store.load());
    }

    /** What clients were told instead of an answer since the start, by kind. */
    public Map<KvError.Kind, Long> refusals() {
        RunningStore store = running;
        return store == null ? Map.of() : store.refusals();
    }

    /** What has been counted since the start; empty unless it serves. */
    public Optional<StoreCounts> counts() {
        RunningStore store = running;
        return store == null || state == StoreStatus.State.CLOSED ? Optional.empty() : Optional.of(store.counts());
    }

    /** How far the furthest replica of each region led here is behind, in entries, in ascending order. */
    public long[] lags() {
        RunningStore store = running;
        return store == null ? new long[0] : store.lags();
    }

    /** How many replicas sleep here. */
    public int asleep() {
        RunningStore store = running;
        return store == null ? 0 : store.asleep();
    }

    public StoreStatus status() {
        RunningStore store = running;
        List<StoreStatus.RegionStatus> regions = new ArrayList<>();
        if (store != null) {
            for (GroupStatus group : store.replicas().statuses()) {
                LocalRegion local = store.published().byId(group.group());
                regions.add(new StoreStatus.RegionStatus(local == null ? null : local.region(), group));
            }
        }
        return new StoreStatus(identity, address, parts.http(), state, message, load().orElse(null), regions);
    }

    /** The regions that this store may serve reads of at this moment without asking anybody. */
    public List<Region> leased() {
        RunningStore store = running;
        return store == null ? List.of() : store.leased();
    }

    /** What the replica of {@code region} on this store holds. Blocks as long as a scan of it takes. */
    public Optional<RegionDigest> digest(long region) {
        return RegionDigest.of(parts.engine(), region);
    }

    /** Stops at once. What was acknowledged is durable; what was not answered stays undetermined for its caller. */
    @Override
    public void close() {
        state = StoreStatus.State.CLOSED;
        serving.completeExceptionally(new IllegalStateException("the store was closed before it served"));
        Network.Endpoint listening = endpoint;
        if (listening != null) {
            listening.close();
        }
        AgentHandle handle = controlHandle;
        if (handle != null) {
            handle.close();
        }
        RunningStore store = running;
        if (store != null) {
            store.close();
        }
    }

    /** What the control agent tells the node. */
    private final class Events implements NodeEvents {
        @Override
        public RegisterStore greeting() {
            StoreIdentity own = identity;
            return new RegisterStore(
                    own.clusterId(), own.storeId(), own.dataUuid(), own.startNumber(), address, parts.http());
        }

        @Override
        public void registered(Registered answer) {
            StoreIdentity own = identity;
            if (own.isRegistered() && (own.storeId() != answer.storeId() || own.clusterId() != answer.clusterId())) {
                rejected("the placement driver knows this data as store " + answer.storeId() + " of cluster "
                        + answer.clusterId() + ", but it belongs to store " + own.storeId() + " of cluster "
                        + own.clusterId() + "; point this store at its own cluster's placement driver");
                return;
            }
            RunningStore store = running;
            if (store == null) {
                identity = own.registeredAs(answer.clusterId(), answer.storeId());
                parts.identity().save(identity);
                LOG.info("event=store-registered cluster={} store={}", answer.clusterId(), answer.storeId());
                store = run(java.util.Objects.requireNonNull(control));
            }
            store.idsBelow(answer.idsBelow());
            Region first = answer.firstRegion();
            if (first != null) {
                store.create(first, identity.storeId());
            }
        }

        @Override
        public void rejected(String why) {
            LOG.error("event=store-rejected store={} reason=\"{}\"", identity.storeId(), why);
            state = StoreStatus.State.REJECTED;
            message = why;
            serving.completeExceptionally(new IllegalStateException(why));
            events.mustStop(why);
        }

        @Override
        public boolean hasMovableLeaders() {
            RunningStore store = running;
            return store != null && store.hasMovableLeaders();
        }

        @Override
        public void moveLeadersAway() {
            RunningStore store = running;
            if (store != null) {
                store.moveLeadersAway();
            }
        }

        @Override
        public void stopAdmitting() {
            RunningStore store = running;
            if (store != null) {
                store.stopAdmitting();
            }
        }

        @Override
        public boolean hasRequestsInFlight() {
            RunningStore store = running;
            return store != null && store.hasRequestsInFlight();
        }
    }
}
