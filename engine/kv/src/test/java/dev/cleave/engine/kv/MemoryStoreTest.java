package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.META;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends KvEngineContract {
    private final MemoryDisk disk = new MemoryDisk();

    @Override
    KvEngine open() {
        return MemoryStore.open(disk, Randomness.seeded(1), 0);
    }

    @Override
    KvEngine crashAndOpen(KvEngine running) {
        disk.crash();
        return open();
    }

    @Test
    void anOrderlyCloseFlushes() {
        put(META, "a", "1");
        engine.close();
        engine = open();

        assertThat(engine.getDurable(bytes("a"))).isEqualTo(bytes("1"));
    }

    @Test
    void aDiskHoldsOneStoreAtATimeAndACrashedOneIsDeaf() {
        assertThatThrownBy(this::open).isInstanceOf(EngineFailure.class).hasMessageContaining("in use");
        KvEngine dead = engine;
        engine = crashAndOpen(engine);

        assertThatThrownBy(() -> dead.get(META, bytes("a"))).isInstanceOf(IllegalStateException.class);
        dead.close();
        put(META, "a", "1");
    }

    @Test
    void flushesHappenByThemselvesAndTheSeedDecidesWhen() {
        List<String> first = durableAfterEachWrite(7);

        assertThat(durableAfterEachWrite(7)).isEqualTo(first);
        assertThat(durableAfterEachWrite(8)).isNotEqualTo(first);
        assertThat(first.stream().distinct().count()).isBetween(5L, 60L);
    }

    @Test
    void unlinkingFilesIsDurableBeforeTheFlush() {
        boolean isSomeGone = false;
        for (int seed = 0; seed < 20; seed++) {
            MemoryDisk other = new MemoryDisk();
            engine.close();
            engine = MemoryStore.open(other, Randomness.seeded(seed), 0);
            for (int i = 0; i < 10; i++) {
                put(KvEngine.Family.DATA, key(i), "v");
            }
            engine.flush();
            engine.destroyRange(range(key(2), key(8)));
            other.crash();
            engine = MemoryStore.open(other, Randomness.seeded(seed), 0);

            assertThat(contents(KeyRange.ALL)).contains(key(0) + "=v", key(1) + "=v", key(8) + "=v", key(9) + "=v");
            isSomeGone |= contents(KeyRange.ALL).size() < 10;
        }
        assertThat(isSomeGone).isTrue();
    }

    private List<String> durableAfterEachWrite(long seed) {
        engine.close();
        engine = MemoryStore.open(new MemoryDisk(), Randomness.seeded(seed), 0.1);
        List<String> durable = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            put(META, "applied", "" + i);
            byte[] found = engine.getDurable(bytes("applied"));
            durable.add(found == null ? "none" : text(found));
        }
        return durable;
    }
}
