package dev.cleave.region.control;

import dev.cleave.engine.codec.RecordInput;
import dev.cleave.engine.codec.RecordOutput;
import dev.cleave.engine.codec.RecordRegistry;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;

/**
 * The registry of every record between stores and the placement driver. Ids 32 to 63 go up, 64 to 127 come down; a number is never
 * given twice, and a layout only changes together with its version (golden bytes in the test).
 */
final class ControlRecords {
    private static final int COUNT_MAX = Integer.MAX_VALUE;

    private ControlRecords() {}

    static RecordRegistry registry() {
        RecordRegistry.Builder builder = SharedRecords.addTo(RecordRegistry.builder());
        addUp(builder);
        addDown(builder);
        addActions(builder);
        addOrders(builder);
        return builder.build();
    }

    private static void addUp(RecordRegistry.Builder builder) {
        builder.add(32, ToPlacement.RegisterStore.class, 1, ControlRecords::register, (in, version) -> register(in));
        builder.add(33, ToPlacement.StoreHeartbeat.class, 1, ControlRecords::heartbeat, (in, version) -> heartbeat(in));
        builder.add(
                34,
                ToPlacement.RegionHeartbeat.class,
                1,
                (out, beat) -> out.number(beat.storeId()).nested(beat.view()),
                (in, version) -> new ToPlacement.RegionHeartbeat(in.number(), in.nested(RegionView.class)));
        builder.add(
                35,
                ToPlacement.AskSplit.class,
                1,
                (out, ask) -> out.nested(ask.region()).number(ask.pieces()),
                (in, version) -> new ToPlacement.AskSplit(in.nested(Region.class), in.smallNumber("pieces", 10_000)));
        builder.add(
                36,
                ToPlacement.CheckPeer.class,
                1,
                (out, check) -> {
                    out.number(check.regionId()).number(check.replicaId());
                    SharedRecords.epoch(out, check.epoch());
                },
                (in, version) -> new ToPlacement.CheckPeer(in.number(), in.number(), SharedRecords.epoch(in)));
        builder.add(
                37,
                ToPlacement.Leaving.class,
                1,
                (out, leaving) -> out.number(leaving.storeId()),
                (in, version) -> new ToPlacement.Leaving(in.number()));
        builder.add(
                38,
                ToPlacement.Destroyed.class,
                1,
                (out, destroyed) -> out.number(destroyed.storeId()).numbers(destroyed.replicaIds()),
                (in, version) -> new ToPlacement.Destroyed(in.number(), in.numbers("replicas")));
        builder.add(
                40,
                ToPlacement.CommandRefused.class,
                1,
                (out, refused) -> out.number(refused.operatorId())
                        .number(refused.regionId())
                        .text(refused.reason()),
                (in, version) -> new ToPlacement.CommandRefused(in.number(), in.number(), in.text("reason")));
        builder.add(
                41,
                ToPlacement.Replicas.class,
                1,
                (out, told) -> out.number(told.storeId())
                        .number(told.askId())
                        .flag(told.isLast())
                        .nestedAll(told.replicas()),
                (in, version) -> new ToPlacement.Replicas(
                        in.number(), in.number(), in.flag(), in.nestedAll("replicas", ToPlacement.ReplicaState.class)));
        builder.add(
                42,
                ToPlacement.ReplicaState.class,
                1,
                (out, state) -> out.nested(state.region())
                        .number(state.replicaId())
                        .number(state.term())
                        .number(state.lastTerm())
                        .number(state.lastIndex())
                        .number(state.commitIndex())
                        .number(state.appliedIndex()),
                (in, version) -> new ToPlacement.ReplicaState(
                        in.nested(Region.class),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number()));
        builder.add(
                44,
                ToPlacement.Loads.class,
                1,
                (out, told) -> out.number(told.storeId())
                        .list(
                                told.regions(),
                                (to, load) -> to.number(load.regionId())
                                        .number(load.readsPerSecond())
                                        .number(load.writesPerSecond())),
                (in, version) -> new ToPlacement.Loads(
                        in.number(),
                        in.list("loads", from -> new RegionLoad(from.number(), from.number(), from.number()))));
        builder.add(
                43,
                ToPlacement.RegionsUnchanged.class,
                1,
                (out, told) -> out.number(told.storeId()).number(told.regions()).fixed(told.digest()),
                (in, version) -> new ToPlacement.RegionsUnchanged(
                        in.number(), in.smallNumber("regions", COUNT_MAX), in.fixed()));
        builder.add(
                39,
                ToPlacement.Digested.class,
                1,
                (out, digest) -> out.number(digest.storeId())
                        .number(digest.checkId())
                        .number(digest.replicaId())
                        .number(digest.regionId())
                        .number(digest.index())
                        .number(digest.keys())
                        .fixed(digest.checksum()),
                (in, version) -> new ToPlacement.Digested(
                        in.number(), in.number(), in.number(), in.number(), in.number(), in.number(), in.fixed()));
    }

    private static void addDown(RecordRegistry.Builder builder) {
        builder.add(
                64,
                FromPlacement.Registered.class,
                2,
                (out, registered) -> out.fixed(registered.clusterId())
                        .number(registered.storeId())
                        .nestedOrNull(registered.firstRegion())
                        .number(registered.idsBelow()),
                (in, version) -> new FromPlacement.Registered(
                        in.fixed(), in.number(), in.nestedOrNull(Region.class), version >= 2 ? in.number() : 0));
        builder.add(
                65,
                FromPlacement.Rejected.class,
                1,
                (out, rejected) -> out.text(rejected.message()),
                (in, version) -> new FromPlacement.Rejected(in.text("message")));
        builder.add(
                66,
                FromPlacement.StoreMap.class,
                1,
                (out, map) -> out.number(map.version()).nestedAll(map.stores()),
                (in, version) -> new FromPlacement.StoreMap(in.number(), in.nestedAll("stores", StoreInfo.class)));
        builder.add(
                67,
                FromPlacement.SplitIds.class,
                1,
                (out, ids) -> out.nestedAll(ids.pieces()),
                (in, version) ->
                        new FromPlacement.SplitIds(in.nestedAll("pieces", FromPlacement.SplitIds.Piece.class)));
        builder.add(
                68,
                FromPlacement.SplitIds.Piece.class,
                1,
                (out, piece) -> out.number(piece.regionId()).numbers(piece.replicaIds()),
                (in, version) -> new FromPlacement.SplitIds.Piece(in.number(), in.numbers("replicas")));
        builder.add(
                69,
                FromPlacement.PeerVerdict.class,
                1,
                (out, verdict) -> out.number(verdict.regionId())
                        .number(verdict.replicaId())
                        .nestedOrNull(verdict.region()),
                (in, version) ->
                        new FromPlacement.PeerVerdict(in.number(), in.number(), in.nestedOrNull(Region.class)));
        builder.add(
                70,
                FromPlacement.Command.class,
                1,
                (out, command) -> {
                    out.number(command.operatorId()).number(command.regionId());
                    SharedRecords.epoch(out, command.epoch());
                    out.nested(command.action());
                },
                (in, version) -> new FromPlacement.Command(
                        in.number(), in.number(), SharedRecords.epoch(in), in.nested(FromPlacement.Action.class)));
    }

    private static void addOrders(RecordRegistry.Builder builder) {
        builder.add(
                78,
                FromPlacement.TellRegions.class,
                1,
                (out, ask) -> {},
                (in, version) -> new FromPlacement.TellRegions());
        builder.add(
                76,
                FromPlacement.TellReplicas.class,
                1,
                (out, ask) -> out.number(ask.askId()),
                (in, version) -> new FromPlacement.TellReplicas(in.number()));
        builder.add(
                77,
                FromPlacement.Recover.class,
                1,
                (out, order) ->
                        out.number(order.regionId()).number(order.replicaId()).numbers(order.lost()),
                (in, version) -> new FromPlacement.Recover(in.number(), in.number(), in.numbers("lost replicas")));
        builder.add(
                75,
                FromPlacement.PutAside.class,
                1,
                (out, order) ->
                        out.number(order.regionId()).number(order.replicaId()).text(order.reason()),
                (in, version) -> new FromPlacement.PutAside(in.number(), in.number(), in.text("reason")));
    }

    private static void addActions(RecordRegistry.Builder builder) {
        builder.add(
                71,
                FromPlacement.Action.ChangePeers.class,
                1,
                (out, change) -> out.nestedAll(change.peers()).nestedAll(change.removed()),
                (in, version) -> new FromPlacement.Action.ChangePeers(
                        in.nestedAll("peers", Peer.class), in.nestedAll("removed peers", Peer.class)));
        builder.add(
                72,
                FromPlacement.Action.TransferLeader.class,
                1,
                (out, transfer) -> out.number(transfer.replicaId()),
                (in, version) -> new FromPlacement.Action.TransferLeader(in.number()));
        builder.add(
                73,
                FromPlacement.Action.Split.class,
                1,
                (out, split) -> out.list(split.keys(), RecordOutput::key).nestedAll(split.ids()),
                (in, version) -> new FromPlacement.Action.Split(
                        in.list("keys", RecordInput::key), in.nestedAll("pieces", FromPlacement.SplitIds.Piece.class)));
        builder.add(
                74,
                FromPlacement.Action.Check.class,
                1,
                (out, check) -> out.number(check.checkId()),
                (in, version) -> new FromPlacement.Action.Check(in.number()));
    }

    private static void register(RecordOutput out, ToPlacement.RegisterStore register) {
        out.fixed(register.clusterId())
                .number(register.storeId())
                .fixed(register.dataUuid())
                .number(register.startNumber());
        SharedRecords.address(out, register.address());
        SharedRecords.address(out, register.httpAddress());
    }

    private static ToPlacement.RegisterStore register(RecordInput in) {
        long clusterId = in.fixed();
        long storeId = in.number();
        long dataUuid = in.fixed();
        long startNumber = in.number();
        Address address = SharedRecords.address(in);
        return new ToPlacement.RegisterStore(
                clusterId, storeId, dataUuid, startNumber, address, SharedRecords.address(in));
    }

    private static void heartbeat(RecordOutput out, ToPlacement.StoreHeartbeat beat) {
        out.number(beat.storeId())
                .number(beat.startNumber())
                .number(beat.capacityBytes())
                .number(beat.availableBytes())
                .number(beat.usedBytes())
                .number(beat.regions())
                .number(beat.leaders())
                .number(beat.snapshotsSending())
                .number(beat.snapshotsReceiving())
                .number(beat.storeMapVersion());
    }

    private static ToPlacement.StoreHeartbeat heartbeat(RecordInput in) {
        return new ToPlacement.StoreHeartbeat(
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.smallNumber("regions", COUNT_MAX),
                in.smallNumber("leaders", COUNT_MAX),
                in.smallNumber("snapshots sending", COUNT_MAX),
                in.smallNumber("snapshots receiving", COUNT_MAX),
                in.number());
    }
}
