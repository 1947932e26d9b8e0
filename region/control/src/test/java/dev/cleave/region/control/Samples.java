package dev.cleave.region.control;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLoad;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.List;

/** One of each record, with every optional part once present and once absent. */
final class Samples {
    static final Region REGION = new Region(
            7,
            KeyRange.of(Key.utf8("a"), Key.EMPTY),
            new Epoch(3, 300),
            List.of(
                    new Peer(8, 1, PeerRole.VOTER),
                    new Peer(9, 2, PeerRole.LEARNER),
                    new Peer(10, 3, PeerRole.INCOMING_VOTER),
                    new Peer(11, 4, PeerRole.DEMOTING_VOTER)));
    static final RegionView VIEW = new RegionView(REGION, 1, 6, 100, 99, 1 << 20, List.of(9L), List.of(10L, 11L));
    static final Address WIRE = new Address("127.0.0.1", 20160);
    static final Address HTTP = new Address("h", 80);
    static final List<FromPlacement.SplitIds.Piece> PIECES =
            List.of(new FromPlacement.SplitIds.Piece(20, List.of(21L, 22L, 23L)));

    static final List<ToPlacement> UP = List.of(
            new ToPlacement.RegisterStore(-1, 4, 0x1122334455667788L, 9, WIRE, HTTP),
            new ToPlacement.StoreHeartbeat(4, 9, 1 << 30, 1 << 29, 1 << 28, 12, 5, 1, 2, 33),
            new ToPlacement.RegionHeartbeat(4, VIEW),
            new ToPlacement.RegionsUnchanged(4, 12, -2),
            new ToPlacement.Loads(4, List.of(new RegionLoad(7, 900, 40))),
            new ToPlacement.AskSplit(REGION, 2),
            new ToPlacement.CheckPeer(7, 9, new Epoch(2, 1)),
            new ToPlacement.Leaving(4),
            new ToPlacement.Destroyed(4, List.of(9L, 300L)),
            new ToPlacement.Digested(4, 77, 9, 7, 300, 12, -2),
            new ToPlacement.CommandRefused(21, 7, "no"),
            new ToPlacement.Replicas(
                    4, 5, true, List.of(new ToPlacement.ReplicaState(REGION, 9, 8, 6, 300, 200, 100))));

    static final List<FromPlacement> DOWN = List.of(
            new FromPlacement.Registered(0x1122334455667788L, 4, null, 0),
            new FromPlacement.Registered(-2, 4, REGION, 301),
            new FromPlacement.Rejected("é: go away"),
            new FromPlacement.StoreMap(
                    5, List.of(new StoreInfo(4, WIRE, HTTP, StoreInfo.State.DRAINING, 9, 10, 8, 2, 12, 5, 1500))),
            new FromPlacement.SplitIds(PIECES),
            new FromPlacement.PeerVerdict(7, 9, null),
            new FromPlacement.PeerVerdict(7, 9, REGION),
            new FromPlacement.Command(
                    1,
                    7,
                    Epoch.FIRST,
                    new FromPlacement.Action.ChangePeers(
                            List.of(new Peer(9, 2, PeerRole.VOTER)), List.of(new Peer(8, 1, PeerRole.LEARNER)))),
            new FromPlacement.Command(1, 7, Epoch.FIRST, new FromPlacement.Action.TransferLeader(9)),
            new FromPlacement.Command(
                    1, 7, Epoch.FIRST, new FromPlacement.Action.Split(List.of(Key.utf8("m")), PIECES)),
            new FromPlacement.Command(0, 7, Epoch.FIRST, new FromPlacement.Action.Check(77)),
            new FromPlacement.PutAside(7, 9, "differs"),
            new FromPlacement.TellReplicas(5),
            new FromPlacement.TellRegions(),
            new FromPlacement.Recover(7, 9, List.of(8L, 10L)));

    private Samples() {}
}
