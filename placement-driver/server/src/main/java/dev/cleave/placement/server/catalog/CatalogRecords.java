package dev.cleave.placement.server.catalog;

import dev.cleave.engine.codec.RecordCodec;
import dev.cleave.engine.codec.RecordInput;
import dev.cleave.engine.codec.RecordOutput;
import dev.cleave.engine.codec.RecordRegistry;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.Step;
import dev.cleave.region.control.FromPlacement.SplitIds;
import dev.cleave.region.control.SharedRecords;
import dev.cleave.region.control.ToPlacement.RegisterStore;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.Region;
import java.util.Arrays;
import java.util.List;

/**
 * The registry of the placement driver's own records: ids 128 to 159 are commands in its log, 160 to 191 what its engine holds, 192 to 223
 * steps of operators. Frozen by golden bytes.
 */
public final class CatalogRecords {
    // The place of a constant in these lists is what is written: only ever add at the end.
    private static final StoreRecord.Life[] LIVES = {
        StoreRecord.Life.ACTIVE, StoreRecord.Life.DRAINING, StoreRecord.Life.REMOVED
    };
    private static final Operator.Kind[] KINDS = {
        Operator.Kind.MOVE_PEER,
        Operator.Kind.ADD_PEER,
        Operator.Kind.REMOVE_PEER,
        Operator.Kind.TRANSFER_LEADER,
        Operator.Kind.SPLIT
    };
    private static final OperatorView.State[] STATES = {
        OperatorView.State.RUNNING, OperatorView.State.DONE, OperatorView.State.CANCELLED, OperatorView.State.FAILED
    };

    private CatalogRecords() {}

    /** A codec for one owner thread. */
    public static RecordCodec codec() {
        return new RecordCodec(registry());
    }

    static RecordRegistry registry() {
        RecordRegistry.Builder builder = SharedRecords.addTo(RecordRegistry.builder());
        addCommands(builder);
        addState(builder);
        addSteps(builder);
        return builder.build();
    }

    private static void addCommands(RecordRegistry.Builder builder) {
        builder.add(
                        128,
                        CatalogCommand.CreateCluster.class,
                        1,
                        (out, create) -> out.fixed(create.clusterId()),
                        (in, version) -> new CatalogCommand.CreateCluster(in.fixed()))
                .add(
                        129,
                        CatalogCommand.AllocateIds.class,
                        1,
                        (out, ids) -> out.number(ids.count()),
                        (in, version) -> new CatalogCommand.AllocateIds(in.smallNumber("count", Catalog.IDS_MAX)))
                .add(
                        130,
                        CatalogCommand.AdmitStore.class,
                        1,
                        (out, admit) -> request(out, admit.request()),
                        (in, version) -> new CatalogCommand.AdmitStore(request(in)))
                .add(
                        131,
                        CatalogCommand.SeeFirstRegion.class,
                        1,
                        (out, see) -> {},
                        (in, version) -> new CatalogCommand.SeeFirstRegion())
                .add(
                        132,
                        CatalogCommand.SetStoreLife.class,
                        1,
                        (out, set) -> out.number(set.storeId())
                                .number(Arrays.asList(LIVES).indexOf(set.life())),
                        (in, version) -> new CatalogCommand.SetStoreLife(in.number(), in.constant("life", LIVES)))
                .add(
                        133,
                        CatalogCommand.PutOperator.class,
                        1,
                        (out, put) -> out.nested(put.operator()),
                        (in, version) -> new CatalogCommand.PutOperator(in.nested(Operator.class)));
    }

    private static void addState(RecordRegistry.Builder builder) {
        builder.add(
                        160,
                        Catalog.ClusterRecord.class,
                        1,
                        (out, cluster) -> out.fixed(cluster.clusterId())
                                .number(cluster.nextId())
                                .number(cluster.storesVersion())
                                .nestedOrNull(cluster.firstRegion()),
                        (in, version) -> new Catalog.ClusterRecord(
                                in.fixed(), in.number(), in.number(), in.nestedOrNull(FirstRegion.class)))
                .add(
                        161,
                        FirstRegion.class,
                        1,
                        (out, first) -> out.number(first.storeId())
                                .nested(first.region())
                                .flag(first.isSeen()),
                        (in, version) -> new FirstRegion(in.number(), in.nested(Region.class), in.flag()))
                .add(162, StoreRecord.class, 1, CatalogRecords::store, (in, version) -> store(in))
                .add(163, Operator.class, 1, CatalogRecords::operator, (in, version) -> operator(in));
    }

    private static void addSteps(RecordRegistry.Builder builder) {
        builder.add(
                        192,
                        Step.AddLearner.class,
                        1,
                        (out, step) -> out.number(step.replicaId()).number(step.storeId()),
                        (in, version) -> new Step.AddLearner(in.number(), in.number()))
                .add(
                        193,
                        Step.Promote.class,
                        1,
                        (out, step) -> out.number(step.replicaId()).number(step.storeId()),
                        (in, version) -> new Step.Promote(in.number(), in.number()))
                .add(
                        194,
                        Step.Swap.class,
                        1,
                        (out, step) -> out.number(step.inReplica())
                                .number(step.inStore())
                                .number(step.outReplica())
                                .number(step.outStore()),
                        (in, version) -> new Step.Swap(in.number(), in.number(), in.number(), in.number()))
                .add(
                        195,
                        Step.RemovePeer.class,
                        1,
                        (out, step) -> out.number(step.replicaId()).number(step.storeId()),
                        (in, version) -> new Step.RemovePeer(in.number(), in.number()))
                .add(
                        196,
                        Step.TransferLeader.class,
                        1,
                        (out, step) -> out.number(step.replicaId()).number(step.storeId()),
                        (in, version) -> new Step.TransferLeader(in.number(), in.number()))
                .add(
                        197,
                        Step.SplitAt.class,
                        1,
                        (out, step) ->
                                out.list(step.keys(), RecordOutput::key).list(step.pieces(), CatalogRecords::piece),
                        (in, version) -> new Step.SplitAt(
                                in.list("keys", RecordInput::key), in.list("pieces", CatalogRecords::piece)));
    }

    private static void piece(RecordOutput out, SplitIds.Piece piece) {
        out.number(piece.regionId()).numbers(piece.replicaIds());
    }

    private static SplitIds.Piece piece(RecordInput in) {
        return new SplitIds.Piece(in.number(), in.numbers("replicas"));
    }

    private static void request(RecordOutput out, RegisterStore request) {
        out.fixed(request.clusterId())
                .number(request.storeId())
                .fixed(request.dataUuid())
                .number(request.startNumber());
        SharedRecords.address(out, request.address());
        SharedRecords.address(out, request.httpAddress());
    }

    private static RegisterStore request(RecordInput in) {
        long clusterId = in.fixed();
        long storeId = in.number();
        long dataUuid = in.fixed();
        long startNumber = in.number();
        Address address = SharedRecords.address(in);
        return new RegisterStore(clusterId, storeId, dataUuid, startNumber, address, SharedRecords.address(in));
    }

    private static void store(RecordOutput out, StoreRecord store) {
        out.number(store.id()).fixed(store.dataUuid()).number(store.startNumber());
        SharedRecords.address(out, store.address());
        SharedRecords.address(out, store.httpAddress());
        out.number(Arrays.asList(LIVES).indexOf(store.life()));
    }

    private static StoreRecord store(RecordInput in) {
        long id = in.number();
        long dataUuid = in.fixed();
        long startNumber = in.number();
        Address address = SharedRecords.address(in);
        Address httpAddress = SharedRecords.address(in);
        return new StoreRecord(id, dataUuid, startNumber, address, httpAddress, in.constant("life", LIVES));
    }

    private static void operator(RecordOutput out, Operator operator) {
        out.number(operator.id())
                .number(Arrays.asList(KINDS).indexOf(operator.kind()))
                .nested(operator.baseline())
                .nestedAll(operator.steps())
                .number(operator.createdWallMillis())
                .number(Arrays.asList(STATES).indexOf(operator.state()))
                .text(operator.reason());
    }

    private static Operator operator(RecordInput in) {
        long id = in.number();
        Operator.Kind kind = in.constant("kind", KINDS);
        Region baseline = in.nested(Region.class);
        List<Step> steps = in.nestedAll("steps", Step.class);
        long created = in.number();
        OperatorView.State state = in.constant("state", STATES);
        return new Operator(id, kind, baseline, steps, created, state, in.text("reason"));
    }
}
