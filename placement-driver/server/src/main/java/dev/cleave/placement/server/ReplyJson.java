package dev.cleave.placement.server;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import dev.cleave.region.protocol.HotRegion;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Replies as JSON documents: maps and lists in a fixed order, the same names as the command line's. */
final class ReplyJson {
    private ReplyJson() {}

    static Map<String, Object> of(PdReply reply) {
        if (reply instanceof PdReply.Status status) {
            return status(status);
        }
        if (reply instanceof PdReply.Stores stores) {
            return list(
                    "StoreList", stores.stores().stream().map(ReplyJson::store).toList());
        }
        if (reply instanceof PdReply.Regions regions) {
            return list(
                    "RegionList",
                    regions.regions().stream().map(ReplyJson::region).toList());
        }
        if (reply instanceof PdReply.Operators operators) {
            return list(
                    "OperatorList",
                    operators.operators().stream().map(ReplyJson::operator).toList());
        }
        if (reply instanceof PdReply.HotRegions hot) {
            return list(
                    "HotRegionList", hot.regions().stream().map(ReplyJson::hot).toList());
        }
        throw new IllegalArgumentException("no document for " + reply.getClass().getSimpleName());
    }

    private static Map<String, Object> document(String kind) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("apiVersion", "v1");
        json.put("kind", kind);
        return json;
    }

    private static Map<String, Object> list(String kind, List<?> items) {
        Map<String, Object> json = document(kind);
        json.put("items", items);
        return json;
    }

    private static Map<String, Object> status(PdReply.Status status) {
        Map<String, Object> json = document("Status");
        json.put("clusterId", Long.toUnsignedString(status.clusterId(), 16));
        json.put("members", status.members().stream().map(Object::toString).toList());
        json.put("leader", status.leader().toString());
        json.put("storesUp", status.storesUp());
        json.put("stores", status.stores());
        json.put("regions", status.regions());
        json.put("regionsWithoutLeader", status.regionsWithoutLeader());
        json.put("underReplicated", status.underReplicated());
        json.put("operators", status.operators());
        return json;
    }

    private static Map<String, Object> store(StoreInfo store) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", store.id());
        json.put("address", store.address().toString());
        json.put("httpAddress", store.httpAddress().toString());
        json.put("state", word(store.state()));
        json.put("startNumber", store.startNumber());
        json.put("capacityBytes", store.capacityBytes());
        json.put("availableBytes", store.availableBytes());
        json.put("usedBytes", store.usedBytes());
        json.put("regions", store.regions());
        json.put("leaders", store.leaders());
        json.put("heartbeatAgeMillis", store.heartbeatAgeMillis());
        return json;
    }

    private static Map<String, Object> region(RegionView view) {
        Map<String, Object> json = new LinkedHashMap<>();
        Key start = view.region().range().startInclusive();
        Key end = view.region().range().endExclusive();
        json.put("id", view.region().id());
        json.put("startKey", start.toString());
        json.put("startKeyHex", KeyText.hex(start.bytes()));
        json.put("endKey", end.toString());
        json.put("endKeyHex", KeyText.hex(end.bytes()));
        Map<String, Object> epoch = new LinkedHashMap<>();
        epoch.put("confVersion", view.region().epoch().confVersion());
        epoch.put("version", view.region().epoch().version());
        json.put("epoch", epoch);
        json.put("leaderStore", view.leaderStore());
        json.put("term", view.term());
        json.put("commitIndex", view.commitIndex());
        json.put("appliedIndex", view.appliedIndex());
        json.put("approximateBytes", view.approximateBytes());
        json.put(
                "peers",
                view.region().peers().stream().map(peer -> peer(view, peer)).toList());
        return json;
    }

    private static Map<String, Object> hot(HotRegion hot) {
        Map<String, Object> json = region(hot.view());
        json.put("readsPerSecond", hot.load().readsPerSecond());
        json.put("writesPerSecond", hot.load().writesPerSecond());
        return json;
    }

    private static Map<String, Object> peer(RegionView view, Peer peer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("replica", peer.replicaId());
        json.put("store", peer.storeId());
        json.put("role", word(peer.role()));
        json.put("pending", view.pendingReplicas().contains(peer.replicaId()));
        json.put("down", view.downReplicas().contains(peer.replicaId()));
        return json;
    }

    private static Map<String, Object> operator(OperatorView operator) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", operator.id());
        json.put("kind", operator.kind());
        json.put("region", operator.regionId());
        json.put("state", word(operator.state()));
        json.put("ageMillis", operator.ageMillis());
        json.put("reason", operator.reason());
        json.put("steps", operator.steps().stream().map(ReplyJson::step).toList());
        return json;
    }

    private static Map<String, Object> step(OperatorView.Step step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("description", step.description());
        json.put("done", step.isDone());
        return json;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
