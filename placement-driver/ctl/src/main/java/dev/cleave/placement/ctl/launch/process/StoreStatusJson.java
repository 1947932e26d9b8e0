package dev.cleave.placement.ctl.launch.process;

import dev.cleave.placement.ctl.output.Json;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.store.StoreStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /status} of a store: who it is, what it has to do, and each of its replicas. */
final class StoreStatusJson {
    private StoreStatusJson() {}

    static Map<String, @Nullable Object> of(StoreStatus status) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("apiVersion", "v1");
        json.put("kind", "StoreStatus");
        json.put("node", node(status));
        json.put("load", load(status.load()));
        json.put(
                "asleep",
                status.regions().stream()
                        .filter(each -> each.group().isAsleep())
                        .count());
        json.put(
                "regions",
                status.regions().stream().map(StoreStatusJson::replica).toList());
        return json;
    }

    private static Map<String, Object> node(StoreStatus status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("storeId", status.identity().storeId());
        json.put("clusterId", Long.toHexString(status.identity().clusterId()));
        json.put("state", status.state().name().toLowerCase(Locale.ROOT));
        json.put("message", status.message());
        json.put("address", status.address().toString());
        json.put("httpAddress", status.http().toString());
        json.put("startNumber", status.identity().startNumber());
        return json;
    }

    private static @Nullable Map<String, Object> load(StoreStatus.@Nullable Load load) {
        if (load == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("regions", load.regions());
        json.put("leaders", load.leaders());
        json.put("requestsInFlight", load.requestsInFlight());
        json.put("bytesInFlight", load.bytesInFlight());
        json.put("snapshotsSending", load.snapshotsSending());
        json.put("snapshotsReceiving", load.snapshotsReceiving());
        json.put("engineMemoryBytes", load.engineMemoryBytes());
        json.put("logBytes", load.logBytes());
        json.put("isDiskFull", load.isDiskFull());
        return json;
    }

    private static Map<String, @Nullable Object> replica(StoreStatus.RegionStatus status) {
        GroupStatus group = status.group();
        Region region = status.region();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        if (region == null) {
            json.put("id", group.group());
        } else {
            json.putAll(Json.descriptor(region));
            json.put("peers", peers(region));
        }
        json.put("replica", group.replicaId());
        json.put("role", group.role().name().toLowerCase(Locale.ROOT));
        json.put("term", group.term());
        json.put("leaderReplica", group.leaderReplica());
        json.put("commitIndex", group.commitIndex());
        json.put("appliedIndex", group.appliedIndex());
        json.put("firstIndex", group.firstIndex());
        json.put("lastIndex", group.lastIndex());
        return json;
    }

    private static List<Map<String, Object>> peers(Region region) {
        return region.peers().stream().map(StoreStatusJson::peer).toList();
    }

    private static Map<String, Object> peer(Peer peer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("replica", peer.replicaId());
        json.put("store", peer.storeId());
        json.put("role", peer.role().name().toLowerCase(Locale.ROOT));
        return json;
    }
}
