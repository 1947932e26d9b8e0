package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happened to one key, and the numbers its values go by; 0 is the value it held at the beginning. */
final class RegisterHistory {
    static final int INITIAL = 0;

    private final Key key;
    private final List<RegisterOp> ops = new ArrayList<>();
    private final Map<Optional<Value>, Integer> numbers = new HashMap<>();
    private final List<Optional<Value>> values = new ArrayList<>();

    RegisterHistory(Key key, @Nullable Value initial) {
        this.key = key;
        number(initial);
    }

    Key key() {
        return key;
    }

    /** The number of a value; null is the absent one. */
    int number(@Nullable Value value) {
        Optional<Value> named = Optional.ofNullable(value);
        Integer known = numbers.get(named);
        if (known != null) {
            return known;
        }
        values.add(named);
        numbers.put(named, values.size() - 1);
        return values.size() - 1;
    }

    String name(int number) {
        return values.get(number).map(Value::toString).orElse("absent");
    }

    int valueCount() {
        return values.size();
    }

    void add(RegisterOp op) {
        ops.add(op);
    }

    /** In the order of their calls. */
    List<RegisterOp> ops() {
        ops.sort(Comparator.comparingLong(RegisterOp::callNanos)
                .thenComparingLong(op -> op.source().id()));
        return ops;
    }
}
