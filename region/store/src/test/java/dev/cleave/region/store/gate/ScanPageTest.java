package dev.cleave.region.store.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.state.DataKeys;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** It is 1,000 ms. */
class ScanPageTest {
    private final ScanPage page = new ScanPage();
    private final ExpiryClock expiry = new ExpiryClock(new Noon());

    private static final class Noon implements Clock {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return 1_000;
        }
    }

    @Test
    void aPageEndsBeforeThePairThatGoesOverABound() {
        KvEngine.LentVisitor visitor = page.begin(scan(2, 100, false), expiry);
        assertThat(see(visitor, "a", stored("1"))).isTrue();
        assertThat(see(visitor, "b", stored("2"))).isTrue();
        assertThat(see(visitor, "c", stored("3"))).isFalse();
        assertThat(pairs()).isEqualTo(pairs(false, "a=1", "b=2"));

        visitor = page.begin(scan(10, 6, false), expiry);
        assertThat(see(visitor, "a", stored("12"))).isTrue();
        assertThat(see(visitor, "b", stored("12"))).isTrue();
        assertThat(see(visitor, "c", stored(""))).isFalse();
        assertThat(pairs()).isEqualTo(pairs(false, "a=12", "b=12"));
    }

    @Test
    void theFirstPairIsThereHoweverLargeItIs() {
        KvEngine.LentVisitor visitor = page.begin(scan(10, 3, false), expiry);
        assertThat(see(visitor, "a", stored("v".repeat(1000)))).isTrue();
        assertThat(see(visitor, "b", stored(""))).isFalse();

        assertThat(pairs()).isEqualTo(pairs(false, "a=" + "v".repeat(1000)));
    }

    @Test
    void aPageThatNothingEndsIsComplete() {
        KvEngine.LentVisitor visitor = page.begin(scan(1, 100, false), expiry);
        assertThat(see(visitor, "a", stored("1"))).isTrue();
        assertThat(pairs()).isEqualTo(pairs(true, "a=1"));

        page.begin(scan(1, 100, false), expiry);
        assertThat(pairs()).isEqualTo(pairs(true));
    }

    @Test
    void whatHasExpiredIsNotSeenAndCountsForNothing() {
        KvEngine.LentVisitor visitor = page.begin(scan(1, 100, false), expiry);
        assertThat(see(visitor, "a", DataKeys.toStored(Value.utf8("gone"), 1_000)))
                .isTrue();
        assertThat(see(visitor, "b", DataKeys.toStored(Value.utf8("lives"), 1_001)))
                .isTrue();
        assertThat(see(visitor, "c", DataKeys.toStored(Value.utf8("gone"), 999)))
                .isTrue();

        assertThat(pairs()).isEqualTo(pairs(true, "b=lives"));
    }

    @Test
    void ofValuesThatAreNotWantedNoByteIsCounted() {
        KvEngine.LentVisitor visitor = page.begin(scan(10, 2, true), expiry);
        assertThat(see(visitor, "a", stored("1234"))).isTrue();
        assertThat(see(visitor, "b", DataKeys.toStored(Value.utf8("1234"), 2_000)))
                .isTrue();
        assertThat(see(visitor, "c", stored(""))).isFalse();

        assertThat(pairs()).isEqualTo(pairs(false, "a=", "b="));
    }

    @Test
    void whatIsNoStoredPairIsNotAnswered() {
        KvEngine.LentVisitor visitor = page.begin(scan(10, 100, false), expiry);

        assertThatThrownBy(() -> visitor.visit(new byte[] {'x', 0, 0, 0, 'k'}, 5, stored("v"), 2))
                .hasMessageContaining("prefix");
        assertThatThrownBy(() -> see(visitor, "a", new byte[] {9, 'v'})).hasMessageContaining("flags");
        assertThatThrownBy(() -> see(visitor, "a", new byte[0])).hasMessageContaining("flags");
        assertThatThrownBy(() -> visitor.visit(DataKeys.toData(Key.utf8("a")), 3, stored("v"), 2))
                .hasMessageContaining("prefix");
        assertThatThrownBy(() ->
                        visitor.visit(DataKeys.toData(Key.utf8("a")), 5, DataKeys.toStored(Value.utf8("v"), 2_000), 8))
                .hasMessageContaining("flags");
    }

    /** A thread may outlive many stores: an embedder's, and the simulator's, which lives through thousands. */
    @Test
    void whatAThreadUsesAgainKeepsNothingOfTheStore() {
        WeakReference<Clock> clock = clockOfAStoreThatWasRead();

        for (int i = 0; i < 10 && !clock.refersTo(null); i++) {
            System.gc();
        }

        assertThat(clock.refersTo(null)).isTrue();
    }

    private static WeakReference<Clock> clockOfAStoreThatWasRead() {
        Clock clock = new Noon();
        ScanReads reads =
                new ScanReads(MemoryStore.open(new MemoryDisk(), Randomness.seeded(1)), new ExpiryClock(clock));
        assertThat(reads.read(scan(10, 100, false), 1).hasRemaining()).isTrue();
        return new WeakReference<>(clock);
    }

    private static byte[] stored(String value) {
        return DataKeys.toStored(Value.utf8(value));
    }

    /** In arrays that are longer than the pair. */
    private static boolean see(KvEngine.LentVisitor visitor, String key, byte[] stored) {
        byte[] data = DataKeys.toData(Key.utf8(key));
        return visitor.visit(
                Arrays.copyOf(data, data.length + 7), data.length, Arrays.copyOf(stored, 9_000), stored.length);
    }

    private KvResult pairs() {
        KvReply reply = KvCodec.decodeReply(page.frame(5));
        assertThat(reply.requestId()).isEqualTo(5);
        return reply.result();
    }

    private static KvResult pairs(boolean isComplete, String... texts) {
        List<KvResult.Pair> pairs = new ArrayList<>();
        for (String text : texts) {
            String[] parts = text.split("=", 2);
            pairs.add(new KvResult.Pair(Key.utf8(parts[0]), Value.utf8(parts[1])));
        }
        return new KvResult.Pairs(pairs, isComplete);
    }

    private static KvCommand.Scan scan(int limit, int bytes, boolean isKeysOnly) {
        return new KvCommand.Scan(KeyRange.ALL, limit, bytes, false, isKeysOnly);
    }
}
