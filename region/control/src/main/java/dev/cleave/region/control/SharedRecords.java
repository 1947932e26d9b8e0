package dev.cleave.region.control;

import dev.cleave.engine.codec.RecordInput;
import dev.cleave.engine.codec.RecordOutput;
import dev.cleave.engine.codec.RecordRegistry;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.Arrays;

/** Layouts of the nouns inside control records and inside the placement driver's own: ids 16 to 31, frozen. */
public final class SharedRecords {
    // The place of a constant in these arrays is what is written: only ever add at the end.
    private static final PeerRole[] ROLES = {
        PeerRole.VOTER, PeerRole.LEARNER, PeerRole.INCOMING_VOTER, PeerRole.DEMOTING_VOTER
    };
    private static final StoreInfo.State[] STATES = {
        StoreInfo.State.UP,
        StoreInfo.State.DISCONNECTED,
        StoreInfo.State.DOWN,
        StoreInfo.State.DRAINING,
        StoreInfo.State.REMOVED
    };

    private SharedRecords() {}

    public static RecordRegistry.Builder addTo(RecordRegistry.Builder builder) {
        return builder.add(16, Peer.class, 1, SharedRecords::peer, SharedRecords::peer)
                .add(17, Region.class, 1, SharedRecords::region, SharedRecords::region)
                .add(18, RegionView.class, 1, SharedRecords::view, SharedRecords::view)
                .add(19, StoreInfo.class, 1, SharedRecords::store, SharedRecords::store);
    }

    public static void epoch(RecordOutput out, Epoch epoch) {
        out.number(epoch.confVersion()).number(epoch.version());
    }

    public static Epoch epoch(RecordInput in) {
        return new Epoch(in.number(), in.number());
    }

    public static void address(RecordOutput out, Address address) {
        out.text(address.host()).number(address.port());
    }

    public static Address address(RecordInput in) {
        return new Address(in.text("host"), in.smallNumber("port", 65_535));
    }

    /** Writes one of {@link StoreInfo.State}. */
    public static void state(RecordOutput out, StoreInfo.State state) {
        out.number(Arrays.asList(STATES).indexOf(state));
    }

    public static StoreInfo.State state(RecordInput in) {
        return in.constant("store state", STATES);
    }

    private static void peer(RecordOutput out, Peer peer) {
        out.number(peer.replicaId())
                .number(peer.storeId())
                .number(Arrays.asList(ROLES).indexOf(peer.role()));
    }

    private static Peer peer(RecordInput in, int version) {
        return new Peer(in.number(), in.number(), in.constant("peer role", ROLES));
    }

    private static void region(RecordOutput out, Region region) {
        out.number(region.id()).range(region.range());
        epoch(out, region.epoch());
        out.nestedAll(region.peers());
    }

    private static Region region(RecordInput in, int version) {
        return new Region(in.number(), in.range(), epoch(in), in.nestedAll("peers", Peer.class));
    }

    private static void view(RecordOutput out, RegionView view) {
        out.nested(view.region())
                .number(view.leaderStore())
                .number(view.term())
                .number(view.commitIndex())
                .number(view.appliedIndex())
                .number(view.approximateBytes())
                .numbers(view.pendingReplicas())
                .numbers(view.downReplicas());
    }

    private static RegionView view(RecordInput in, int version) {
        return new RegionView(
                in.nested(Region.class),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.numbers("pending replicas"),
                in.numbers("down replicas"));
    }

    private static void store(RecordOutput out, StoreInfo store) {
        out.number(store.id());
        address(out, store.address());
        address(out, store.httpAddress());
        state(out, store.state());
        out.number(store.startNumber())
                .number(store.capacityBytes())
                .number(store.availableBytes())
                .number(store.usedBytes())
                .number(store.regions())
                .number(store.leaders())
                .number(store.heartbeatAgeMillis());
    }

    private static StoreInfo store(RecordInput in, int version) {
        return new StoreInfo(
                in.number(),
                address(in),
                address(in),
                state(in),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.smallNumber("regions", Integer.MAX_VALUE),
                in.smallNumber("leaders", Integer.MAX_VALUE),
                in.number());
    }
}
