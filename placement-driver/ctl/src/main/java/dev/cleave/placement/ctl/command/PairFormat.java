package dev.cleave.placement.ctl.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.KeyText;
import dev.cleave.placement.ctl.output.Csv;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The formats of files of pairs. */
enum PairFormat {
    /** Bytes as they are; what holds a line end, or a tab in its key, has no place in it. */
    tsv,
    /** As RFC 4180 says, text or {@code hex:...}. */
    csv,
    /** A JSON object per line. */
    jsonl;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The format of a file by its name. */
    static PairFormat of(String file, @Nullable PairFormat chosen) {
        if (chosen != null) {
            return chosen;
        }
        String name = file.toLowerCase(Locale.ROOT);
        return name.endsWith(".csv") ? csv : name.endsWith(".jsonl") || name.endsWith(".ndjson") ? jsonl : tsv;
    }

    PairLines lines(InputStream in) {
        return switch (this) {
            case tsv -> new TsvLines(in);
            case csv -> new CsvLines(in);
            case jsonl -> new JsonLines(in);
        };
    }

    /** What stands at a file's begin. */
    String heading() {
        return this == csv ? "key,value\n" : "";
    }

    /** A pair as a line; empty if it has no place in this format. */
    Optional<byte[]> line(byte[] key, byte[] value) {
        return switch (this) {
            case tsv -> tsvLine(key, value);
            case csv -> text(Csv.line(List.of(KeyText.format(key), KeyText.format(value))));
            case jsonl -> text(json(key, value) + "\n");
        };
    }

    private static Optional<byte[]> text(String line) {
        return Optional.of(line.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<byte[]> tsvLine(byte[] key, byte[] value) {
        if (has(key, '\t') || has(key, '\n') || has(value, '\n')) {
            return Optional.empty();
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(key.length + value.length + 2);
        line.writeBytes(key);
        line.write('\t');
        line.writeBytes(value);
        line.write('\n');
        return Optional.of(line.toByteArray());
    }

    private static boolean has(byte[] bytes, char wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }

    private static String json(byte[] key, byte[] value) {
        Map<String, String> object = new LinkedHashMap<>();
        put(object, "key", key);
        put(object, "value", value);
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("texts cannot be written as JSON", broken);
        }
    }

    private static void put(Map<String, String> object, String name, byte[] bytes) {
        try {
            object.put(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException notText) {
            object.put(name + "Base64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
