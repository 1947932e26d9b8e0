package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;

/** Both families at one moment; immutable. */
record MemoryState(SortedPairs data, SortedPairs meta) {
    static final MemoryState EMPTY = new MemoryState(SortedPairs.EMPTY, SortedPairs.EMPTY);

    SortedPairs family(KvEngine.Family family) {
        return switch (family) {
            case DATA -> data;
            case META -> meta;
        };
    }

    MemoryState with(KvEngine.Family family, SortedPairs pairs) {
        return switch (family) {
            case DATA -> new MemoryState(pairs, meta);
            case META -> new MemoryState(data, pairs);
        };
    }

    MemoryState withoutData(KeyRange range) {
        return new MemoryState(data.without(range), meta);
    }
}
