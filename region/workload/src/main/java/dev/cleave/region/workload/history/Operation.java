package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import org.jspecify.annotations.Nullable;

/**
 * What one client asked, when, and what it was told.
 *
 * @param client a logical client: it has one operation in flight, and takes a new number after an unknown outcome
 * @param callNanos stamped before the request left
 * @param returnNanos stamped after the whole answer arrived; {@link #NEVER} when the outcome is unknown
 * @param result the answer; null when the outcome is unknown
 */
public record Operation(
        long id,
        int client,
        KvCommand command,
        long callNanos,
        long returnNanos,
        @Nullable KvResult result) {
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (returnNanos < callNanos) {
            throw new IllegalArgumentException("operation " + id + " returned before it was called");
        }
        if (result == null && returnNanos != NEVER) {
            throw new IllegalArgumentException("operation " + id + " returned without an answer");
        }
    }

    public boolean isUnknown() {
        return result == null;
    }

    @Override
    public String toString() {
        String end = isUnknown() ? "?" : Long.toString(returnNanos);
        return "#" + id + " client " + client + " [" + callNanos + ".." + end + "] " + asked() + " -> " + answered();
    }

    private String asked() {
        if (command instanceof KvCommand.Put put) {
            return "put " + put.key() + " = " + put.value();
        }
        if (command instanceof KvCommand.Delete delete) {
            return "delete " + delete.key();
        }
        if (command instanceof KvCommand.CompareAndSet cas) {
            return "cas " + cas.key() + " " + orAbsent(cas.expected()) + " => " + orAbsent(cas.next());
        }
        if (command instanceof KvCommand.Get get) {
            return "get " + get.key();
        }
        return command instanceof KvCommand.Scan scan
                ? "scan " + scan.range() + " limit " + scan.limit() + (scan.isReverse() ? " reverse" : "")
                : command.toString();
    }

    private String answered() {
        if (result instanceof KvResult.Found found) {
            return orAbsent(found.value());
        }
        if (result instanceof KvResult.Compared compared) {
            return compared.isSet() ? "set" : "not set, held " + orAbsent(compared.previous());
        }
        if (result instanceof KvResult.Pairs pairs) {
            return pairs.pairs().size() + " pairs";
        }
        return result == null ? "unknown" : "done";
    }

    private static String orAbsent(@Nullable Value value) {
        return value == null ? "absent" : value.toString();
    }
}
