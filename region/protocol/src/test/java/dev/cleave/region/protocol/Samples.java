package dev.cleave.region.protocol;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Address;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** One of each, small enough to read as hex. */
final class Samples {
    static final KeyRange RANGE = KeyRange.of(Key.utf8("b"), Key.utf8("m"));
    static final Address ADDRESS = new Address("h", 2379);
    static final Region REGION = new Region(
            7,
            RANGE,
            new Epoch(2, 3),
            List.of(
                    new Peer(11, 1, PeerRole.VOTER),
                    new Peer(12, 2, PeerRole.LEARNER),
                    new Peer(13, 3, PeerRole.INCOMING_VOTER),
                    new Peer(14, 4, PeerRole.DEMOTING_VOTER)));
    static final RegionView VIEW = new RegionView(REGION, 1, 6, 100, 99, 4096, List.of(12L), List.of(13L, 14L));
    static final StoreInfo STORE =
            new StoreInfo(3, ADDRESS, new Address("h", 8080), StoreInfo.State.DRAINING, 5, 1000, 600, 400, 9, 4, 250);
    static final OperatorView OPERATOR = new OperatorView(
            21,
            "split",
            7,
            OperatorView.State.RUNNING,
            List.of(new OperatorView.Step("ask", true), new OperatorView.Step("wait", false)),
            1200,
            "asked");

    static List<KvCommand> commands() {
        return List.of(
                new KvCommand.Put(Key.utf8("k"), Value.utf8("v1")),
                new KvCommand.Delete(Key.utf8("k")),
                new KvCommand.Batch(List.of(
                        new KvCommand.Change(Key.utf8("a"), Value.utf8("x")),
                        new KvCommand.Change(Key.utf8("b"), null))),
                new KvCommand.DeleteRange(RANGE),
                new KvCommand.CompareAndSet(Key.utf8("k"), null, Value.utf8("n")),
                new KvCommand.CompareAndSet(Key.utf8("k"), Value.utf8("o"), Value.utf8("n"), 60_000),
                new KvCommand.Put(Key.utf8("k"), Value.utf8("v1"), 1500),
                new KvCommand.Get(Key.utf8("k")),
                new KvCommand.BatchGet(List.of(Key.utf8("a"), Key.utf8("b"))),
                new KvCommand.Scan(KeyRange.ALL, 10, 1024, true, true));
    }

    static List<KvReply> replies() {
        return List.of(
                KvReply.ok(1, new KvResult.Done()),
                KvReply.ok(2, new KvResult.Found(Value.utf8("v"))),
                KvReply.ok(3, new KvResult.Found(null)),
                KvReply.ok(
                        4,
                        new KvResult.Pairs(
                                List.of(
                                        new KvResult.Pair(Key.utf8("a"), Value.utf8("x")),
                                        new KvResult.Pair(Key.utf8("b"), Value.utf8(""))),
                                true)),
                KvReply.ok(5, new KvResult.Compared(true, Value.utf8("o"))),
                KvReply.refused(6, KvError.of(KvError.Kind.BUSY, "full")),
                KvReply.refused(7, new KvError(KvError.Kind.STALE_EPOCH, "moved", List.of(REGION), 2, ADDRESS, 15)));
    }

    static List<PdRequest> questions() {
        return List.of(
                new PdRequest.FindRoute(Key.utf8("k")),
                new PdRequest.ScanRoutes(RANGE, 32),
                new PdRequest.GetStatus(),
                new PdRequest.ListStores(),
                new PdRequest.ListRegions(7),
                new PdRequest.ListOperators(0),
                new PdRequest.SplitRegion(7, List.of(Key.utf8("c"), Key.utf8("d"))),
                new PdRequest.MigrateRegion(7, 1, 4),
                new PdRequest.TransferLeader(7, 2),
                new PdRequest.RemoveStore(3, true),
                new PdRequest.CheckRegion(7),
                new PdRequest.CancelOperator(21),
                new PdRequest.RecoverRegions(List.of(2L, 3L), true),
                new PdRequest.ListHotRegions());
    }

    static List<PdReply> answers() {
        return List.of(
                new PdReply.Routes(List.of(VIEW), List.of(STORE)),
                new PdReply.Status(9, List.of(ADDRESS), ADDRESS, 3, 4, 5, 1, 2, 6),
                new PdReply.Stores(List.of(STORE)),
                new PdReply.Regions(List.of(VIEW)),
                new PdReply.Operators(List.of(OPERATOR)),
                new PdReply.Accepted(21),
                new PdReply.Refused(PdReply.Kind.UNSAFE, "no"),
                new PdReply.Checked(
                        7,
                        99,
                        true,
                        List.of(
                                new CheckedReplica(11, 1, 5, -2, CheckedReplica.Standing.AGREES),
                                new CheckedReplica(12, 2, 4, 3, CheckedReplica.Standing.DIFFERS),
                                new CheckedReplica(13, 3, 0, 0, CheckedReplica.Standing.SILENT)),
                        "no"),
                new PdReply.Recovery(true, List.of(new RecoveredRegion(7, RANGE, 1, 11, 90, 99, "no")), "yes"),
                new PdReply.HotRegions(
                        List.of(new HotRegion(VIEW, new RegionLoad(VIEW.region().id(), 900, 40)))));
    }

    static KvRequest request(KvCommand command) {
        return new KvRequest(0x0102030405060708L, 7, new Epoch(2, 3), 5000, command);
    }

    static String hex(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Samples() {}
}
