package dev.cleave.region.workload.history;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The record of a run: each operation is noted before it is sent and closed when its outcome is known. Thread-safe. Holds at most
 * {@code operationsMax}; when full it takes no more and says so ({@link #isComplete}), because judging half a history would
 * blame the store for writes that were merely not noted.
 */
@AnyThread
public final class History {
    private final int operationsMax;
    private final @Nullable JsonLines lines;
    private final List<Operation> closed = new ArrayList<>();
    private final Map<Long, Operation> open = new TreeMap<>();
    private long nextId = 1;
    private boolean isComplete = true;

    private History(int operationsMax, @Nullable JsonLines lines) {
        if (operationsMax <= 0) {
            throw new IllegalArgumentException("a history needs room for at least one operation");
        }
        this.operationsMax = operationsMax;
        this.lines = lines;
    }

    public static History bounded(int operationsMax) {
        return new History(operationsMax, null);
    }

    /** Also writes each operation to {@code file} as one JSON line, when called and when ended: the harness may die at any time. */
    public static History writtenTo(Appendable file, int operationsMax) {
        return new History(operationsMax, new JsonLines(file));
    }

    /** Notes an operation about to be sent. Returns its id, or 0 if there is no room: then it must not be sent. */
    public synchronized long called(int client, KvCommand command, long callNanos) {
        if (closed.size() + open.size() >= operationsMax) {
            return 0;
        }
        Operation operation = new Operation(nextId++, client, command, callNanos, Operation.NEVER, null);
        open.put(operation.id(), operation);
        write(operation, "called");
        return operation.id();
    }

    /** It took effect. */
    public synchronized void ended(long id, KvResult result, long returnNanos) {
        Operation asked = take(id);
        Operation done = new Operation(id, asked.client(), asked.command(), asked.callNanos(), returnNanos, result);
        closed.add(done);
        write(done, "ok");
    }

    /** It certainly had no effect: it leaves the history. */
    public synchronized void notApplied(long id) {
        write(take(id), "notApplied");
    }

    /** Nobody knows: a write stays for ever open, a read says nothing and leaves. */
    public synchronized void unknown(long id) {
        Operation asked = take(id);
        if (asked.command().isWrite()) {
            closed.add(asked);
        }
        write(asked, "unknown");
    }

    /** To be called by whoever sent an operation that found no room here. */
    public synchronized void missedSome() {
        isComplete = false;
    }

    public synchronized boolean isComplete() {
        return isComplete;
    }

    public synchronized boolean isFull() {
        return closed.size() + open.size() >= operationsMax;
    }

    /** What is known now, by call time; writes still in flight count as unknown, reads in flight are left out. */
    public synchronized List<Operation> operations() {
        List<Operation> all = new ArrayList<>(closed);
        for (Operation operation : open.values()) {
            if (operation.command().isWrite()) {
                all.add(operation);
            }
        }
        all.sort((a, b) -> a.callNanos() != b.callNanos()
                ? Long.compare(a.callNanos(), b.callNanos())
                : Long.compare(a.id(), b.id()));
        return all;
    }

    private Operation take(long id) {
        Operation asked = open.remove(id);
        if (asked == null) {
            throw new IllegalArgumentException("operation " + id + " was never called or has already ended");
        }
        return asked;
    }

    private void write(Operation operation, String what) {
        if (lines == null) {
            return;
        }
        try {
            lines.write(operation, what);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write the history: " + failed.getMessage(), failed);
        }
    }
}
