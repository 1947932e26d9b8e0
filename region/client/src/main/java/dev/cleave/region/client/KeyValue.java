package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import dev.cleave.engine.base.Value;
import java.nio.charset.StandardCharsets;

/** One row of a scan. Immutable; {@code value} is empty in scans for keys only. */
public record KeyValue(Key key, Value value) {
    /** The key as UTF-8 text; use {@link KeyText#format} for keys that are not text. */
    public String keyText() {
        return new String(key.bytes(), StandardCharsets.UTF_8);
    }

    /** The value as UTF-8 text. */
    public String valueText() {
        return new String(value.bytes(), StandardCharsets.UTF_8);
    }
}
