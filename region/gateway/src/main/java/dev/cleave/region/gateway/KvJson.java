package dev.cleave.region.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.http.HttpProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of the gateway. Answers say which version they are; text is null where bytes are not text. */
final class KvJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private KvJson() {}

    /** {@code {"value": "text"}} or {@code {"valueBase64": "..."}}, and nothing else. */
    static Value readValue(byte[] body) {
        JsonNode root = parse(body);
        Iterator<String> names = root.fieldNames();
        String name = names.hasNext() ? names.next() : "";
        JsonNode field = root.path(name);
        if (names.hasNext() || !field.isTextual() || !(name.equals("value") || name.equals("valueBase64"))) {
            throw badBody("the JSON body must be {\"value\": \"text\"} or {\"valueBase64\": \"...\"}");
        }
        return Value.own(name.equals("value") ? utf8(field.textValue()) : base64(field.textValue()));
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode root = MAPPER.readTree(body);
            if (root != null && root.isObject()) {
                return root;
            }
            throw badBody("the body is not a JSON object");
        } catch (IOException malformed) {
            String why = malformed instanceof JsonProcessingException json ? json.getOriginalMessage() : "unreadable";
            throw badBody("the body is not valid JSON: " + why);
        }
    }

    /** A lone surrogate has no UTF-8 form: storing '?' in its place would be silent damage. */
    private static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException lone) {
            throw badBody("the value holds half a surrogate pair, which is no text");
        }
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw badBody("valueBase64 is not base64: " + malformed.getMessage());
        }
    }

    private static HttpProblem badBody(String error) {
        return new HttpProblem(400, error, "to store the body as it is, send Content-Type: application/octet-stream");
    }

    static byte[] pair(Key key, Value value) {
        return bytes(put(root("Pair"), key, value));
    }

    /** @param next where to ask on, null at the end */
    static byte[] scan(List<KvAccess.Pair> pairs, @Nullable String next) {
        ObjectNode root = root("Scan");
        ArrayNode items = root.putArray("items");
        for (KvAccess.Pair pair : pairs) {
            items.add(item(pair));
        }
        root.put("next", next);
        return bytes(root);
    }

    /** A pair without its version, for where there are many. */
    static ObjectNode item(KvAccess.Pair pair) {
        return put(MAPPER.createObjectNode(), pair.key(), pair.value());
    }

    private static ObjectNode put(ObjectNode into, Key key, Value value) {
        into.put("key", KeyText.printable(key.bytes()));
        into.put("keyHex", KeyText.hex(key.bytes()));
        String text = text(value.bytes());
        into.put("value", text);
        if (text == null) {
            into.put("valueBase64", Base64.getEncoder().encodeToString(value.bytes()));
        }
        return into;
    }

    /** The last line of a stream. */
    static ObjectNode end(int count, @Nullable String next) {
        return root("End").put("count", count).put("next", next);
    }

    /** The last line of a stream that broke off. */
    static ObjectNode broken(String error, int count, String next) {
        return root("Failure")
                .put("error", error)
                .put("hint", "ask on with next")
                .put("count", count)
                .put("next", next);
    }

    static byte[] line(ObjectNode document) {
        byte[] json = bytes(document);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    static byte[] error(String error, String hint) {
        return bytes(MAPPER.createObjectNode().put("error", error).put("hint", hint));
    }

    static byte[] health(String status, @Nullable String reason) {
        ObjectNode root = root("Health").put("status", status);
        if (reason != null) {
            root.put("reason", reason);
        }
        return bytes(root);
    }

    /** Whatever Jackson can write: maps, lists, records. */
    static byte[] bytes(@Nullable Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("not a thing that can be written as JSON: " + value, broken);
        }
    }

    private static ObjectNode root(String kind) {
        return MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", kind);
    }

    /** Unlike keys, values may hold line breaks and still be text. */
    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }
}
