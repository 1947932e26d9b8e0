package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Cell;
import dev.cleave.placement.ctl.output.Column;
import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.HotRegion;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.RecoveredRegion;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Regions as columns and words. */
final class RegionText {
    static final List<Column<RegionView>> COLUMNS = List.of(
            Column.of("ID", view -> view.region().id()),
            Column.of("RANGE", view -> view.region().range()),
            Column.of("LEADER", RegionText::leader),
            Column.of("VOTERS", RegionText::voters),
            Column.of("LEARNERS", RegionText::learners),
            Column.of("DOWN", view -> list(view, view.downReplicas())),
            Column.of("PENDING", view -> list(view, view.pendingReplicas())),
            Column.of("EPOCH", view -> view.region().epoch()),
            Column.of("SIZE", view -> Cell.bytes(view.approximateBytes())),
            Column.wide("TERM", RegionView::term),
            Column.wide("COMMIT", RegionView::commitIndex),
            Column.wide("APPLIED", RegionView::appliedIndex));

    private static final List<Column<RecoveredRegion>> RECOVERED = List.of(
            Column.of("REGION", RecoveredRegion::regionId),
            Column.of("RANGE", RecoveredRegion::range),
            Column.of(
                    "LED BY",
                    region -> region.replicaId() == 0
                            ? "–"
                            : "replica " + region.replicaId() + " on store " + region.storeId()),
            Column.of("COMMITTED", RecoveredRegion::commitIndex),
            Column.of("LAST", RecoveredRegion::lastIndex),
            Column.of("WHAT MAY BE LOST", RecoveredRegion::text));

    private static final List<Column<CheckedReplica>> CHECKED = List.of(
            Column.of("REPLICA", CheckedReplica::replicaId),
            Column.of("STORE", CheckedReplica::storeId),
            Column.of("KEYS", replica -> isSilent(replica) ? "–" : replica.keys()),
            Column.of("CHECKSUM", replica -> isSilent(replica) ? "–" : Long.toHexString(replica.checksum())),
            Column.of("STANDING", replica -> replica.standing().name().toLowerCase(Locale.ROOT)));

    private RegionText() {}

    /** How often regions are asked; SHARE is of all that are listed. */
    static List<Column<HotRegion>> hot(List<HotRegion> all) {
        long sum = all.stream().mapToLong(each -> each.load().perSecond()).sum();
        return List.of(
                Column.of("ID", hot -> hot.view().region().id()),
                Column.of("RANGE", hot -> hot.view().region().range()),
                Column.of("LEADER", hot -> leader(hot.view())),
                Column.of("READS PER S", hot -> hot.load().readsPerSecond()),
                Column.of("WRITES PER S", hot -> hot.load().writesPerSecond()),
                Column.of("SHARE", hot -> Math.round(100.0 * hot.load().perSecond() / Math.max(1, sum)) + " %"),
                Column.wide("SIZE", hot -> Cell.bytes(hot.view().approximateBytes())));
    }

    private static String leader(RegionView view) {
        return view.leaderStore() == 0 ? "–" : "store " + view.leaderStore();
    }

    /** A region's progress and its replicas. */
    static String details(RegionView view) {
        String progress =
                "term " + view.term() + " · commit " + view.commitIndex() + " · applied " + view.appliedIndex() + "\n";
        String replicas = view.region().peers().stream()
                .map(peer -> "replica " + peer.replicaId() + " on store " + peer.storeId() + " "
                        + peer.role().name().toLowerCase(Locale.ROOT)
                        + (peer.storeId() == view.leaderStore() ? " (leader)" : "") + "\n")
                .collect(Collectors.joining());
        return progress + replicas;
    }

    /** What unsafe recovery would do, or has begun. */
    static Listing<?> recovered(PdReply.Recovery recovery) {
        String more = recovery.isBegun() ? "" : "to do it, give the same command with --yes\n";
        return Listing.document(
                "Recovery", RECOVERED, recovery.regions(), Json.recovery(recovery), recovery.text() + "\n" + more);
    }

    /** What the replicas of a region hold. */
    static Listing<?> checked(PdReply.Checked checked) {
        String words = "at index " + checked.index() + ": " + checked.text() + "\n";
        return Listing.document("RegionCheck", CHECKED, checked.replicas(), Json.checked(checked), words);
    }

    private static boolean isSilent(CheckedReplica replica) {
        return replica.standing() == CheckedReplica.Standing.SILENT;
    }

    private static String voters(RegionView view) {
        return stores(view.region().peers().stream().filter(Peer::isVoter).toList());
    }

    private static String learners(RegionView view) {
        return stores(view.region().peers().stream()
                .filter(peer -> peer.role() == PeerRole.LEARNER)
                .toList());
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
