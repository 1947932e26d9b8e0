package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.ArrayList;
import java.util.List;

/** Tells a history line by line; "-" is the absent value, and an end of {@link #UNKNOWN} leaves the outcome open. */
final class Told {
    static final long UNKNOWN = Operation.NEVER;

    private final List<Operation> operations = new ArrayList<>();

    Told put(long call, long end, String key, String value) {
        return add(call, end, new KvCommand.Put(Key.utf8(key), Value.utf8(value)), new KvResult.Done());
    }

    Told delete(long call, long end, String key) {
        return add(call, end, new KvCommand.Delete(Key.utf8(key)), new KvResult.Done());
    }

    Told get(long call, long end, String key, String found) {
        return add(call, end, new KvCommand.Get(Key.utf8(key)), new KvResult.Found(value(found)));
    }

    Told casSet(long call, long end, String key, String expected, String next) {
        KvResult set = new KvResult.Compared(true, value(expected));
        return add(call, end, new KvCommand.CompareAndSet(Key.utf8(key), value(expected), value(next)), set);
    }

    Told casRefused(long call, long end, String key, String expected, String next, String held) {
        KvResult refused = new KvResult.Compared(false, value(held));
        return add(call, end, new KvCommand.CompareAndSet(Key.utf8(key), value(expected), value(next)), refused);
    }

    /** Pairs as "a=1". */
    Told scan(long call, long end, String from, String to, int limit, boolean isComplete, String... pairs) {
        List<KvResult.Pair> found = new ArrayList<>();
        for (String pair : pairs) {
            String[] parts = pair.split("=");
            found.add(new KvResult.Pair(Key.utf8(parts[0]), Value.utf8(parts[1])));
        }
        KvCommand.Scan scan =
                new KvCommand.Scan(KeyRange.of(Key.utf8(from), Key.utf8(to)), limit, 1 << 20, false, false);
        return add(call, end, scan, new KvResult.Pairs(found, isComplete));
    }

    Told batch(long call, long end, KvCommand.Change... changes) {
        return add(call, end, new KvCommand.Batch(List.of(changes)), new KvResult.Done());
    }

    Told add(long call, long end, KvCommand command, KvResult result) {
        long id = operations.size() + 1;
        operations.add(new Operation(id, (int) id, command, call, end, end == UNKNOWN ? null : result));
        return this;
    }

    List<Operation> operations() {
        return operations;
    }

    Verdict judged() {
        return Linearizability.defaults().check(operations);
    }

    static Value value(String text) {
        return text.equals("-") ? null : Value.utf8(text);
    }
}
