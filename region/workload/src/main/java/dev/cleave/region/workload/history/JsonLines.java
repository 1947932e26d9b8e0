package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.io.Flushable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes operations as JSON, one per line, keys and values in {@link KeyText} notation (null is absent):
 *
 * <pre>{"id":7,"client":3,"what":"ok","kind":"cas","key":"a","expected":"1","next":"2","isSet":true,"held":"1","call":12,"return":90}</pre>
 */
final class JsonLines {
    private final Appendable file;

    JsonLines(Appendable file) {
        this.file = file;
    }

    void write(Operation operation, String what) throws IOException {
        StringBuilder line = new StringBuilder(160);
        line.append("{\"id\":").append(operation.id()).append(",\"client\":").append(operation.client());
        field(line, "what", what);
        asked(line, operation.command());
        if (operation.result() != null) {
            answered(line, operation.result());
        }
        line.append(",\"call\":").append(operation.callNanos());
        if (!operation.isUnknown()) {
            line.append(",\"return\":").append(operation.returnNanos());
        }
        file.append(line.append("}\n"));
        if (file instanceof Flushable flushable) {
            flushable.flush();
        }
    }

    private static void asked(StringBuilder line, KvCommand command) {
        if (command instanceof KvCommand.Get get) {
            kind(line, "get", get.key());
        } else if (command instanceof KvCommand.Put put) {
            kind(line, "put", put.key());
            field(line, "value", text(put.value()));
        } else if (command instanceof KvCommand.Delete delete) {
            kind(line, "delete", delete.key());
        } else if (command instanceof KvCommand.CompareAndSet cas) {
            kind(line, "cas", cas.key());
            field(line, "expected", text(cas.expected()));
            field(line, "next", text(cas.next()));
        } else if (command instanceof KvCommand.Scan scan) {
            kind(line, "scan", scan.range().startInclusive());
            field(line, "end", scan.range().endExclusive().toString());
            line.append(",\"limit\":").append(scan.limit());
            line.append(",\"isReverse\":").append(scan.isReverse());
        } else {
            field(line, "kind", command.getClass().getSimpleName());
        }
    }

    private static void answered(StringBuilder line, KvResult result) {
        if (result instanceof KvResult.Found found) {
            field(line, "found", text(found.value()));
        } else if (result instanceof KvResult.Compared compared) {
            line.append(",\"isSet\":").append(compared.isSet());
            field(line, "held", text(compared.previous()));
        } else if (result instanceof KvResult.Pairs pairs) {
            line.append(",\"isComplete\":").append(pairs.isComplete()).append(",\"pairs\":[");
            String comma = "";
            for (KvResult.Pair pair : pairs.pairs()) {
                line.append(comma).append('[');
                string(line, pair.key().toString());
                line.append(',');
                string(line, KeyText.format(pair.value().bytes()));
                line.append(']');
                comma = ",";
            }
            line.append(']');
        }
    }

    private static void kind(StringBuilder line, String kind, Key key) {
        field(line, "kind", kind);
        field(line, "key", key.toString());
    }

    private static @Nullable String text(@Nullable Value value) {
        return value == null ? null : KeyText.format(value.bytes());
    }

    private static void field(StringBuilder line, String name, @Nullable String value) {
        line.append(",\"").append(name).append("\":");
        if (value == null) {
            line.append("null");
        } else {
            string(line, value);
        }
    }

    /** KeyText never yields control characters, so quotes and backslashes are all there is to escape. */
    private static void string(StringBuilder line, String value) {
        line.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\');
            }
            line.append(c);
        }
        line.append('"');
    }
}
