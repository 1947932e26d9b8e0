package dev.cleave.engine.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which record has which number, and how it is written: fixed for ever once a release has used it. Immutable and shared; each
 * owner thread makes its own {@link RecordCodec} from it.
 */
public final class RecordRegistry {
    /** Kryo keeps small numbers for itself. */
    public static final int ID_MIN = 16;

    public static final int ID_MAX = 16_383;

    private final Map<Integer, Entry<?>> byId;
    private final Map<Class<?>, Entry<?>> byType;

    private RecordRegistry(Map<Integer, Entry<?>> byId, Map<Class<?>, Entry<?>> byType) {
        this.byId = byId;
        this.byType = byType;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** All records as {@code id version SimpleName}, in the order of ids: a test freezes it. */
    public List<String> describe() {
        return byId.values().stream()
                .map(entry -> entry.id + " v" + entry.version + " " + entry.type.getSimpleName())
                .collect(Collectors.toList());
    }

    @Nullable
    Entry<?> byId(int id) {
        return byId.get(id);
    }

    @Nullable
    Entry<?> byType(Class<?> type) {
        return byType.get(type);
    }

    Iterable<Entry<?>> entries() {
        return byId.values();
    }

    /** Writes the fields of one record, always in its newest version. */
    @FunctionalInterface
    public interface Writing<T> {
        void write(RecordOutput out, T record);
    }

    /** Reads the fields of one record that was written as {@code version}, which is at most the registered one. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(RecordInput in, int version);
    }

    record Entry<T>(int id, Class<T> type, int version, Writing<T> writing, Reading<T> reading) {}

    /** Gathers records; used once. */
    public static final class Builder {
        private final Map<Integer, Entry<?>> byId = new TreeMap<>();
        private final Map<Class<?>, Entry<?>> byType = new LinkedHashMap<>();

        private Builder() {}

        /** Registers a record type under a number that no other type has or ever had. */
        public <T> Builder add(int id, Class<T> type, int version, Writing<T> writing, Reading<T> reading) {
            if (id < ID_MIN || id > ID_MAX || version < 1 || version > 255) {
                throw new IllegalArgumentException(
                        type + ": id " + id + " or version " + version + " is out of bounds");
            }
            Entry<T> entry = new Entry<>(id, type, version, writing, reading);
            if (byId.putIfAbsent(id, entry) != null || byType.putIfAbsent(type, entry) != null) {
                throw new IllegalArgumentException(type + ": its id " + id + " or itself is registered already");
            }
            return this;
        }

        public RecordRegistry build() {
            return new RecordRegistry(new TreeMap<>(byId), new LinkedHashMap<>(byType));
        }
    }
}
