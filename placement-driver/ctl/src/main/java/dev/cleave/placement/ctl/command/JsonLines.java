package dev.cleave.placement.ctl.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object per line: {@code key}, {@code keyHex} or {@code keyBase64}, and {@code value}, {@code valueHex} or {@code valueBase64}. Items of
 * {@code kv scan -o json} are understood: of a name that comes in several forms, the one in hexadecimal counts.
 */
final class JsonLines implements PairLines {
    /** A value of 4 MiB may take six characters per byte. */
    private static final int LINE_BYTES_MAX = 32 << 20;

    private static final Set<String> NAMES = Set.of("key", "keyHex", "keyBase64", "value", "valueHex", "valueBase64");

    private final Lines lines;
    private final ObjectMapper mapper = new ObjectMapper();
    private long number;

    JsonLines(InputStream in) {
        this.lines = new Lines(in, LINE_BYTES_MAX);
    }

    @Override
    public @Nullable PairLine next() throws IOException {
        if (!lines.read()) {
            return null;
        }
        number++;
        if (lines.isTooLong()) {
            return PairLine.bad(number, "longer than " + LINE_BYTES_MAX + " bytes");
        }
        if (lines.length() == 0) {
            return PairLine.bad(number, "empty line");
        }
        try {
            JsonNode object = mapper.readTree(lines.copy(0, lines.length()));
            if (object == null || !object.isObject()) {
                return PairLine.bad(number, "not a JSON object");
            }
            for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!NAMES.contains(name)) {
                    return PairLine.bad(number, "unknown field " + name);
                }
            }
            return PairLine.of(number, bytes(object, "key"), bytes(object, "value"));
        } catch (JsonProcessingException malformed) {
            return PairLine.bad(number, "not valid JSON: " + malformed.getOriginalMessage());
        } catch (IllegalArgumentException wrong) {
            return PairLine.bad(number, String.valueOf(wrong.getMessage()));
        }
    }

    private static byte[] bytes(JsonNode object, String name) {
        JsonNode hex = object.path(name + "Hex");
        JsonNode base64 = object.path(name + "Base64");
        JsonNode text = object.path(name);
        if (hex.isTextual()) {
            return HexFormat.of().parseHex(hex.textValue());
        }
        if (base64.isTextual()) {
            return Base64.getDecoder().decode(base64.textValue());
        }
        if (text.isTextual()) {
            return utf8(name, text.textValue());
        }
        throw new IllegalArgumentException("no " + name + ", " + name + "Hex or " + name + "Base64");
    }

    private static byte[] utf8(String name, String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException lone) {
            throw new IllegalArgumentException(name + " holds half a surrogate pair, which is no text");
        }
    }
}
