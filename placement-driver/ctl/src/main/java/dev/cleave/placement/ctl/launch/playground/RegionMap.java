package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.placement.ctl.output.Table;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The region × store map as text: one row per region in key order, one column per store. */
final class RegionMap {
    private RegionMap() {}

    /** @param dead stores whose process is known not to run; the placement driver may not have noticed yet */
    static String of(List<RegionView> regions, List<Long> stores, Set<Long> dead) {
        List<String> headers = new ArrayList<>(List.of("REGION", "RANGE"));
        stores.forEach(store -> headers.add("store" + store));
        Table table = new Table(headers.toArray(String[]::new));
        for (RegionView view : regions) {
            List<String> row = new ArrayList<>(
                    List.of("r" + view.region().id(), view.region().range().toString()));
            stores.forEach(store -> row.add(cell(view, store, dead.contains(store))));
            table.row(row.toArray());
        }
        return table.toString();
    }

    private static String cell(RegionView view, long store, boolean isDead) {
        Optional<Peer> peer = view.region().peerOn(store);
        if (peer.isEmpty()) {
            return "·";
        }
        boolean isSilent = view.downReplicas().contains(peer.get().replicaId());
        if (isDead || (isSilent && view.leaderStore() != store)) {
            return "down";
        }
        if (view.leaderStore() == store) {
            return "LEADER";
        }
        return switch (peer.get().role()) {
            case VOTER -> "voter";
            case LEARNER -> "learner";
            case INCOMING_VOTER -> "incoming";
            case DEMOTING_VOTER -> "leaving";
        };
    }
}
