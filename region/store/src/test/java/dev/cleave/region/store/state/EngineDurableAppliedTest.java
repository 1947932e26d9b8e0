package dev.cleave.region.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log never forgets what the engine does not durably know: times are units of a tenth of the wait. */
class EngineDurableAppliedTest {
    private static final long WAIT = 10;
    private static final long BYTES_MAX = 1_000;

    private final MemoryDisk disk = new MemoryDisk();
    private MemoryStore engine = MemoryStore.open(disk, Randomness.seeded(1), 0);
    private EngineDurableApplied durable = new EngineDurableApplied(engine, WAIT, BYTES_MAX);
    private final PublishedRegions published = new PublishedRegions();

    EngineDurableAppliedTest() {
        published.change(List.of(region(1).local(), region(2).local()), List.of());
    }

    @Test
    void whatOnlyMemoryHoldsIsNotDurable() {
        apply(1, 42);
        durable.learn(published.now(), 0);
        assertThat(durable.durableIndex(1)).isZero();

        engine.flush();
        assertThat(durable.durableIndex(1)).as("not before it was read back").isZero();
        durable.learn(published.now(), 1);
        assertThat(durable.durableIndex(1)).isEqualTo(42);

        apply(1, 43);
        durable.learn(published.now(), 2);
        assertThat(durable.durableIndex(1)).isEqualTo(42);
    }

    @Test
    void aRegionOfWhichNothingIsKnownPinsItsLog() {
        assertThat(durable.durableIndex(7)).isZero();

        apply(1, 42);
        engine.flush();
        durable.learn(published.now(), 0);
        durable.forget(1);

        assertThat(durable.durableIndex(1)).isZero();
    }

    @Test
    void aFlushIsForcedOnceAppliedEntriesHaveWaited() {
        durable.renew(published.now(), 0);
        engine.flush();
        durable.renew(published.now(), 5);
        apply(1, 42);

        durable.renew(published.now(), 14);
        assertThat(durable.durableIndex(1)).isZero();
        durable.renew(published.now(), 15);
        assertThat(durable.durableIndex(1)).isEqualTo(42);

        long flushes = engine.flushes();
        durable.renew(published.now(), 100);
        assertThat(engine.flushes()).as("nothing waits").isEqualTo(flushes);
    }

    @Test
    void aFlushIsForcedOnceManyBytesWait() {
        durable.renew(published.now(), 0);
        engine.flush();
        durable.renew(published.now(), 0);
        write(1, 42);
        durable.applied(BYTES_MAX - 1);
        durable.renew(published.now(), 1);
        assertThat(durable.durableIndex(1)).isZero();

        durable.applied(1);
        durable.renew(published.now(), 1);
        assertThat(durable.durableIndex(1)).isEqualTo(42);
    }

    @Test
    void whatAStartAppliesAgainIsFlushedEarly() {
        durable.renew(published.now(), 100);
        apply(1, 42);
        durable.renew(published.now(), 100);
        assertThat(durable.durableIndex(1)).isZero();

        durable.renew(published.now(), 101);

        assertThat(durable.durableIndex(1)).isEqualTo(42);
    }

    /** Whenever the process dies, the engine comes back with at least what was called durable. */
    @Test
    void whatWasCalledDurableSurvivesEveryCrash() {
        for (long seed = 1; seed <= 200; seed++) {
            Randomness random = Randomness.seeded(seed);
            MemoryDisk crashing = new MemoryDisk();
            engine = MemoryStore.open(crashing, random.fork(), 0.1);
            durable = new EngineDurableApplied(engine, WAIT, BYTES_MAX);
            long now = 0;
            for (long index = 6; index < 6 + random.below(60); index++) {
                apply(1 + random.below(2), index);
                now += random.below(4);
                durable.renew(published.now(), now);
            }
            long first = durable.durableIndex(1);
            long second = durable.durableIndex(2);

            crashing.crash();
            engine = MemoryStore.open(crashing, random.fork(), 0);

            assertThat(RegionStates.durableIndex(engine, 1)).as("seed %s", seed).isGreaterThanOrEqualTo(first);
            assertThat(RegionStates.durableIndex(engine, 2)).as("seed %s", seed).isGreaterThanOrEqualTo(second);
        }
    }

    private void apply(long region, long index) {
        write(region, index);
        durable.applied(10);
    }

    private void write(long region, long index) {
        AppliedRegion applied = region(region);
        applied.advance(index, 7);
        KvBatch batch = engine.newBatch();
        RegionStates.writeApplied(batch, applied);
        engine.write(batch);
    }

    private static AppliedRegion region(long id) {
        KeyRange range = KeyRange.of(Key.utf8("r" + id), Key.utf8("r" + (id + 1)));
        List<Peer> peers = List.of(new Peer(10 * id, 1, PeerRole.VOTER));
        return new AppliedRegion(10 * id, new Region(id, range, new Epoch(1, 1), peers), 5, 5);
    }
}
