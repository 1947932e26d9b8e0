package dev.cleave.placement.ctl.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import dev.cleave.region.protocol.HotRegion;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON documents of the command line: {@code apiVersion}, {@code kind}, and for lists {@code items}. */
public final class Json {
    static final String API_VERSION = "v1";
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    public static String list(String kind, List<?> items) {
        return document(kind, Map.of("items", items));
    }

    public static String document(String kind, Map<String, ?> content) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", API_VERSION);
        document.put("kind", kind);
        document.putAll(content);
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a document of our own cannot be written as JSON", broken);
        }
    }

    public static Map<String, @Nullable Object> region(RegionView view) {
        Map<String, @Nullable Object> json = descriptor(view.region());
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

    public static Map<String, @Nullable Object> hot(HotRegion hot) {
        Map<String, @Nullable Object> json = region(hot.view());
        json.put("readsPerSecond", hot.load().readsPerSecond());
        json.put("writesPerSecond", hot.load().writesPerSecond());
        return json;
    }

    /** What a region is: its id, range and epoch. */
    public static Map<String, @Nullable Object> descriptor(Region region) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", region.id());
        Key start = region.range().startInclusive();
        Key end = region.range().endExclusive();
        json.put("startKey", text(start.bytes()));
        json.put("startKeyHex", KeyText.hex(start.bytes()));
        json.put("endKey", text(end.bytes()));
        json.put("endKeyHex", KeyText.hex(end.bytes()));
        Map<String, Long> epoch = new LinkedHashMap<>();
        epoch.put("confVersion", region.epoch().confVersion());
        epoch.put("version", region.epoch().version());
        json.put("epoch", epoch);
        return json;
    }

    private static Map<String, Object> peer(RegionView view, Peer peer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("replica", peer.replicaId());
        json.put("store", peer.storeId());
        json.put("role", peer.role().name().toLowerCase(java.util.Locale.ROOT));
        json.put("pending", view.pendingReplicas().contains(peer.replicaId()));
        json.put("down", view.downReplicas().contains(peer.replicaId()));
        return json;
    }

    public static Map<String, Object> store(StoreInfo store) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", store.id());
        json.put("address", store.address().toString());
        json.put("httpAddress", store.httpAddress().toString());
        json.put("state", store.state().name().toLowerCase(java.util.Locale.ROOT));
        json.put("regions", store.regions());
        json.put("leaders", store.leaders());
        json.put("capacityBytes", store.capacityBytes());
        json.put("availableBytes", store.availableBytes());
        json.put("usedBytes", store.usedBytes());
        json.put("startNumber", store.startNumber());
        json.put("heartbeatAgeMillis", store.heartbeatAgeMillis());
        return json;
    }

    public static Map<String, Object> operator(OperatorView operator) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", operator.id());
        json.put("kind", operator.kind());
        json.put("region", operator.regionId());
        json.put("state", operator.state().name().toLowerCase(java.util.Locale.ROOT));
        json.put("ageMillis", operator.ageMillis());
        json.put("reason", operator.reason());
        json.put(
                "steps",
                operator.steps().stream()
                        .map(step -> Map.of("description", step.description(), "done", step.isDone()))
                        .toList());
        return json;
    }

    /** What unsafe recovery would do, or has begun. */
    public static Map<String, Object> recovery(PdReply.Recovery recovery) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("begun", recovery.isBegun());
        json.put("text", recovery.text());
        json.put(
                "regions",
                recovery.regions().stream()
                        .map(region -> Map.of(
                                "region", region.regionId(),
                                "range", region.range().toString(),
                                "store", region.storeId(),
                                "replica", region.replicaId(),
                                "commitIndex", region.commitIndex(),
                                "lastIndex", region.lastIndex(),
                                "text", region.text()))
                        .toList());
        return json;
    }

    /** What the replicas of a region hold. */
    public static Map<String, Object> checked(PdReply.Checked checked) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("region", checked.regionId());
        json.put("index", checked.index());
        json.put("whole", checked.isWhole());
        json.put("text", checked.text());
        json.put(
                "replicas",
                checked.replicas().stream()
                        .map(replica -> Map.of(
                                "replica", replica.replicaId(),
                                "store", replica.storeId(),
                                "keys", replica.keys(),
                                "checksum", Long.toHexString(replica.checksum()),
                                "standing", replica.standing().name().toLowerCase(java.util.Locale.ROOT)))
                        .toList());
        return json;
    }

    public static Map<String, @Nullable Object> pair(byte[] key, byte[] value) {
        Map<String, @Nullable Object> json = key(key);
        json.put("value", text(value));
        json.put("valueHex", KeyText.hex(value));
        return json;
    }

    public static Map<String, @Nullable Object> key(byte[] key) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("key", text(key));
        json.put("keyHex", KeyText.hex(key));
        return json;
    }

    /** Text if printable, null if not; an open end is the empty text. */
    private static @Nullable String text(byte[] bytes) {
        return KeyText.printable(bytes);
    }
}
