package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a history apart into one register history per key: linearizability is local, so each key may be judged alone. Scans,
 * batches and batch reads become operations on their keys within the same interval, which is all that is promised of them.
 */
final class RegisterHistories {
    private final Map<Key, Value> initial;
    private final NavigableMap<Key, RegisterHistory> registers = new TreeMap<>();
    private final long operationsMax;
    private long operations;

    /** Thrown inside this package when an answer is wrong in itself, whatever the other operations say. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    RegisterHistories(Map<Key, Value> initial, long operationsMax) {
        this.initial = initial;
        this.operationsMax = operationsMax;
    }

    /** Returns false if there were too many operations to take apart. */
    boolean addAll(List<Operation> history) {
        initial.keySet().forEach(this::register);
        history.forEach(this::nameKeys);
        for (Operation operation : history) {
            add(operation);
            if (operations > operationsMax) {
                return false;
            }
        }
        return true;
    }

    Collection<RegisterHistory> registers() {
        return registers.values();
    }

    long operations() {
        return operations;
    }

    /** Every key that somebody named, so that a scan can be asked about those it did not return. */
    private void nameKeys(Operation operation) {
        KvCommand command = operation.command();
        if (command instanceof KvCommand.Put put) {
            register(put.key());
        } else if (command instanceof KvCommand.Delete delete) {
            register(delete.key());
        } else if (command instanceof KvCommand.CompareAndSet cas) {
            register(cas.key());
        } else if (command instanceof KvCommand.Get get) {
            register(get.key());
        } else if (command instanceof KvCommand.Batch batch) {
            batch.changes().forEach(change -> register(change.key()));
        } else if (command instanceof KvCommand.BatchGet batch) {
            batch.keys().forEach(this::register);
        }
        if (operation.result() instanceof KvResult.Pairs pairs) {
            pairs.pairs().forEach(pair -> register(pair.key()));
        }
    }

    private void add(Operation operation) {
        KvCommand command = operation.command();
        if (command instanceof KvCommand.Put put) {
            write(operation, put.key(), put.value());
        } else if (command instanceof KvCommand.Delete delete) {
            write(operation, delete.key(), null);
        } else if (command instanceof KvCommand.CompareAndSet cas) {
            compareAndSet(operation, cas);
        } else if (command instanceof KvCommand.Batch batch) {
            batch.changes().forEach(change -> write(operation, change.key(), change.value()));
        } else if (command instanceof KvCommand.DeleteRange delete) {
            within(delete.range()).keySet().forEach(key -> write(operation, key, null));
        } else if (operation.result() instanceof KvResult.Found found && command instanceof KvCommand.Get get) {
            read(operation, get.key(), found.value());
        } else if (operation.result() instanceof KvResult.Pairs pairs && command instanceof KvCommand.Scan scan) {
            scan(operation, scan, pairs);
        } else if (operation.result() instanceof KvResult.Pairs pairs && command instanceof KvCommand.BatchGet batch) {
            Map<Key, Value> found = new TreeMap<>();
            pairs.pairs().forEach(pair -> found.put(pair.key(), pair.value()));
            batch.keys().forEach(key -> read(operation, key, found.get(key)));
        } else if (operation.result() != null) {
            throw new Malformed("the answer does not fit the question: " + operation);
        }
    }

    private void compareAndSet(Operation operation, KvCommand.CompareAndSet cas) {
        RegisterHistory register = register(cas.key());
        int expected = register.number(cas.expected());
        if (operation.result() instanceof KvResult.Compared compared && !compared.isSet()) {
            int held = register.number(compared.previous());
            if (held == expected) {
                throw new Malformed("a compare-and-set found what it expected and did not set: " + operation);
            }
            add(register, RegisterOp.read(operation, held));
        } else {
            add(register, RegisterOp.compareAndSet(operation, expected, register.number(cas.next())));
        }
    }

    private void scan(Operation operation, KvCommand.Scan scan, KvResult.Pairs pairs) {
        Map<Key, Value> found = new TreeMap<>();
        Key previous = null;
        for (KvResult.Pair pair : pairs.pairs()) {
            if (!scan.range().contains(pair.key())) {
                throw new Malformed("a scan returned " + pair.key() + ", which it was not asked for: " + operation);
            }
            int order = previous == null ? 0 : pair.key().compareTo(previous);
            if (previous != null && (scan.isReverse() ? order >= 0 : order <= 0)) {
                throw new Malformed(
                        "a scan returned " + pair.key() + " after " + previous + ", out of order: " + operation);
            }
            previous = pair.key();
            found.put(pair.key(), pair.value());
        }
        boolean isWhole = pairs.isComplete() && pairs.pairs().size() < scan.limit();
        if (isWhole) {
            within(scan.range()).keySet().forEach(key -> readOrSkip(operation, scan, key, found.get(key)));
        } else if (previous != null) {
            Key start = scan.isReverse() ? previous : scan.range().startInclusive();
            Key end = scan.isReverse() ? scan.range().endExclusive() : previous.next();
            within(KeyRange.of(start, end)).keySet().forEach(key -> readOrSkip(operation, scan, key, found.get(key)));
        }
    }

    /** A scan of keys only says nothing about values, so only what it left out counts. */
    private void readOrSkip(Operation operation, KvCommand.Scan scan, Key key, @Nullable Value value) {
        if (value == null || !scan.isKeysOnly()) {
            read(operation, key, value);
        }
    }

    private NavigableMap<Key, RegisterHistory> within(KeyRange range) {
        NavigableMap<Key, RegisterHistory> from = registers.tailMap(range.startInclusive(), true);
        return range.hasEnd() ? from.headMap(range.endExclusive(), false) : from;
    }

    private void read(Operation operation, Key key, @Nullable Value value) {
        RegisterHistory register = register(key);
        add(register, RegisterOp.read(operation, register.number(value)));
    }

    private void write(Operation operation, Key key, @Nullable Value value) {
        RegisterHistory register = register(key);
        add(register, RegisterOp.write(operation, register.number(value)));
    }

    private void add(RegisterHistory register, RegisterOp op) {
        operations++;
        register.add(op);
    }

    private RegisterHistory register(Key key) {
        return registers.computeIfAbsent(key, absent -> new RegisterHistory(absent, initial.get(absent)));
    }
}
