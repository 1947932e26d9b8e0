package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Sizes;
import dev.cleave.placement.ctl.output.Table;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RecoveredRegion;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Regions as a table. */
final class RegionText {
    private RegionText() {}

    static String table(List<RegionView> views) {
        Table table = new Table("ID", "RANGE", "LEADER", "VOTERS", "LEARNERS", "DOWN", "PENDING", "EPOCH", "SIZE");
        for (RegionView view : views) {
            table.row(
                    view.region().id(),
                    view.region().range(),
                    view.leaderStore() == 0 ? "–" : "store " + view.leaderStore(),
                    stores(view.region().peers().stream().filter(Peer::isVoter).toList()),
                    stores(view.region().peers().stream()
                            .filter(peer -> peer.role() == PeerRole.LEARNER)
                            .toList()),
                    list(view, view.downReplicas()),
                    list(view, view.pendingReplicas()),
                    view.region().epoch(),
                    Sizes.bytes(view.approximateBytes()));
        }
        return table.toString();
    }

    static String recovered(List<RecoveredRegion> regions) {
        Table table = new Table("REGION", "RANGE", "LED BY", "COMMITTED", "LAST", "WHAT MAY BE LOST");
        for (RecoveredRegion region : regions) {
            table.row(
                    region.regionId(),
                    region.range(),
                    region.replicaId() == 0 ? "–" : "replica " + region.replicaId() + " on store " + region.storeId(),
                    region.commitIndex(),
                    region.lastIndex(),
                    region.text());
        }
        return table.toString();
    }

    static String checked(PdReply.Checked checked) {
        Table table = new Table("REPLICA", "STORE", "KEYS", "CHECKSUM", "");
        for (CheckedReplica replica : checked.replicas()) {
            boolean isSilent = replica.standing() == CheckedReplica.Standing.SILENT;
            table.row(
                    replica.replicaId(),
                    replica.storeId(),
                    isSilent ? "–" : replica.keys(),
                    isSilent ? "–" : Long.toHexString(replica.checksum()),
                    replica.standing().name().toLowerCase(Locale.ROOT));
        }
        return table.toString();
    }

    private static String stores(List<Peer> peers) {
        return peers.isEmpty()
                ? "–"
                : peers.stream().map(peer -> Long.toString(peer.storeId())).collect(Collectors.joining(","));
    }

    private static String list(RegionView view, List<Long> replicas) {
        return stores(view.region().peers().stream()
                .filter(peer -> replicas.contains(peer.replicaId()))
                .toList());
    }
}
