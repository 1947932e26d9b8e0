package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.split.SplitApply;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.LocalRegion;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the cluster's first region begins: its state is durable before its group exists. Being told again does nothing. */
@AnyThread
public final class Creation {
    private static final Logger LOG = LoggerFactory.getLogger(Creation.class);

    private final StoreState state;
    private final RegionData data;
    private final DueSteps steps;
    private final Supplier<ReplicaHost> host;

    public Creation(StoreState state, DueSteps steps, Supplier<ReplicaHost> host) {
        this.state = state;
        this.data = new RegionData(state);
        this.steps = steps;
        this.host = host;
    }

    public void create(Region region, long storeId) {
        Optional<Peer> here = region.peerOn(storeId);
        here.ifPresent(peer -> steps.put(() -> begin(new LocalRegion(region, peer.replicaId()))));
    }

    private void begin(LocalRegion first) {
        boolean isKnown = state.lives().of(first.id()) != Life.ABSENT;
        if (isKnown || !state.lives().mayBeBorn(first.id(), first.replicaId())) {
            return;
        }
        LOG.info("event=first-region region={} replica={}", first.id(), first.replicaId());
        AppliedRegion created = data.create(first);
        host.get().create(SplitApply.start(created));
        host.get().campaign(first.id());
    }
}
