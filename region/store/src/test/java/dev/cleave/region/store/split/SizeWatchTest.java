package dev.cleave.region.store.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Region 1 is led here and holds all keys. */
class SizeWatchTest {
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final MemoryStore engine = MemoryStore.open(new MemoryDisk(), Randomness.seeded(1), 0);
    private final PublishedRegions published = new PublishedRegions();
    private final Sizes sizes = new Sizes();
    private final List<List<Key>> offers = new ArrayList<>();
    private int middlesLookedFor;
    private int pairs;
    private long now = 1_000;

    SizeWatchTest() {
        publish(new Epoch(1, 1));
    }

    @Test
    void pairsThatAreFarFromTooManyAreCountedAgainOnlyWhenTheSizeHasDoubled() {
        SizeWatch watch = watch(1 << 20, 1_000);
        put(100, 200);
        look(watch);
        assertThat(middlesLookedFor).isOne();

        put(80, 200);
        look(watch);
        assertThat(middlesLookedFor).isOne();
        put(100, 200);
        look(watch);
        assertThat(middlesLookedFor).isEqualTo(2);

        assertThat(offers).isEmpty();
    }

    @Test
    void nearTheBoundEachSixteenthCounts() {
        SizeWatch watch = watch(1 << 20, 1_000);
        put(900, 200);
        look(watch);
        assertThat(offers).isEmpty();
        int before = middlesLookedFor;

        put(20, 200);
        look(watch);
        assertThat(middlesLookedFor).isEqualTo(before);
        put(90, 200);
        look(watch);

        assertThat(middlesLookedFor).isGreaterThan(before);
        assertThat(offers).hasSize(1);
    }

    @Test
    void whereToDivideIsNotLookedForAgainWhileTheDivisionIsUnderWay() {
        SizeWatch watch = watch(64 << 10, 1_000_000);
        put(100, 1_000);
        look(watch);
        assertThat(offers).hasSize(1);
        int before = middlesLookedFor;

        put(20, 1_000);
        look(watch);
        put(100, 1_000);
        look(watch);
        assertThat(middlesLookedFor).isEqualTo(before);
        assertThat(offers).hasSize(1);
        assertThat(sizes.isHeldBack(1))
                .as("three times its bound, and can be divided")
                .isTrue();

        now += ROUND_NANOS + 1;
        look(watch);
        assertThat(offers).as("repeated after a round").hasSize(2);
        assertThat(sizes.isHeldBack(1)).isTrue();
        publish(new Epoch(1, 2));
        look(watch);
        assertThat(offers).as("another range, another offer").hasSize(3);
    }

    private void look(SizeWatch watch) {
        watch.grown(1);
        now += 1_000_000;
        watch.doWork(now);
    }

    private SizeWatch watch(long bytes, long keys) {
        SplitOptions options =
                SplitOptions.defaults().withSize(bytes, ROUND_NANOS).withKeys(keys);
        return new SizeWatch(
                watched(),
                published,
                sizes,
                options,
                new SplitPace(10),
                region -> true,
                () -> true,
                (region, at) -> offers.add(at));
    }

    /** The engine; counts how often somebody looks for a middle. */
    private KvEngine watched() {
        return (KvEngine) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KvEngine.class}, (proxy, method, arguments) -> {
                    middlesLookedFor += method.getName().equals("middleKey") ? 1 : 0;
                    return method.invoke(engine, arguments);
                });
    }

    private void put(int count, int valueBytes) {
        KvBatch batch = engine.newBatch();
        for (int i = 0; i < count; i++) {
            byte[] key = DataKeys.toData(Key.utf8(String.format("k%06d", pairs++)));
            batch.put(KvEngine.Family.DATA, key, DataKeys.toStored(Value.utf8("v".repeat(valueBytes))));
        }
        engine.write(batch);
    }

    private void publish(Epoch epoch) {
        Region region = new Region(1, KeyRange.ALL, epoch, List.of(new Peer(10, 1, PeerRole.VOTER)));
        published.change(List.of(new LocalRegion(region, 10)), List.of());
    }
}
