package dev.cleave.region.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.state.DataKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotPairsTest {
    private static final Region REGION = new Region(
            1, KeyRange.of(Key.utf8("a"), Key.utf8("m")), new Epoch(3, 2), List.of(new Peer(10, 1, PeerRole.VOTER)));

    private final MemoryStore engine = MemoryStore.open(new MemoryDisk(), Randomness.seeded(1), 0);

    @Test
    void pairsArriveAsTheyLeft() {
        put("a", "1");
        put("b", "");
        put("z", "of another region");

        ByteBuffer frame = SnapshotFrame.encode(offer(collect(1 << 20).orElseThrow()));
        SnapshotFrame.Offer arrived = (SnapshotFrame.Offer) SnapshotFrame.decode(frame);

        assertThat(texts(arrived.content())).containsExactly("a=1", "b=");
        assertThat(arrived.content().region()).isEqualTo(REGION);
        assertThat(arrived.content().files()).isEmpty();
    }

    @Test
    void anEmptyRegionHasNoPairsAndIsStillWhole() {
        SnapshotFrame.Offer arrived = (SnapshotFrame.Offer)
                SnapshotFrame.decode(SnapshotFrame.encode(offer(collect(10).orElseThrow())));

        assertThat(texts(arrived.content())).isEmpty();
    }

    @Test
    void whatIsTooMuchIsLeftToFiles() {
        put("a", "0123456789");
        int needed = 8 + DataKeys.toData(Key.utf8("a")).length + 11;

        assertThat(collect(needed)).isPresent();
        assertThat(collect(needed - 1)).isEmpty();
        assertThat(collect(0)).isEmpty();
    }

    /** Whatever byte of the pairs is flipped, and wherever the frame is cut, it is refused. */
    @Test
    void damagedPairsAreRefused() {
        put("a", "1");
        put("b", "2");
        ByteBuffer whole = SnapshotFrame.encode(offer(collect(1 << 20).orElseThrow()));
        int pairs = collect(1 << 20).orElseThrow().bytes() + 8;
        for (int i = 1; i <= pairs; i++) {
            ByteBuffer flipped = copy(whole, whole.remaining());
            flipped.put(flipped.limit() - i, (byte) (flipped.get(flipped.limit() - i) ^ 4));
            int cut = whole.remaining() - i;

            assertThatThrownBy(() -> SnapshotFrame.decode(flipped)).isInstanceOf(MalformedFrame.class);
            assertThatThrownBy(() -> SnapshotFrame.decode(copy(whole, cut))).isInstanceOf(MalformedFrame.class);
        }
    }

    @Test
    void pairsOfAnotherRegionAreRefused() {
        put("z", "1");
        SnapshotPairs others;
        try (KvSnapshot view = engine.snapshot()) {
            others = SnapshotPairs.collect(view, DataKeys.toData(KeyRange.ALL), 1 << 20)
                    .orElseThrow();
        }

        assertThatThrownBy(() -> SnapshotFrame.decode(SnapshotFrame.encode(offer(others))))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("outside its region");
    }

    private static SnapshotFrame.Offer offer(SnapshotPairs pairs) {
        return new SnapshotFrame.Offer(
                10,
                11,
                7,
                SnapshotContent.ofFiles(REGION, 90, 7, "send-1", List.of()).with(pairs));
    }

    private Optional<SnapshotPairs> collect(int bytesMax) {
        try (KvSnapshot view = engine.snapshot()) {
            return SnapshotPairs.collect(view, DataKeys.toData(REGION.range()), bytesMax);
        }
    }

    private void put(String key, String value) {
        KvBatch batch = engine.newBatch();
        batch.put(
                Family.DATA,
                DataKeys.toData(Key.utf8(key)),
                DataKeys.toStored(dev.cleave.engine.base.Value.utf8(value)));
        engine.write(batch);
    }

    private static List<String> texts(SnapshotContent content) {
        List<String> texts = new ArrayList<>();
        content.pairs()
                .forEach((key, stored) -> texts.add(DataKeys.toUser(key) + "="
                        + new String(DataKeys.toValue(stored).bytes(), java.nio.charset.StandardCharsets.UTF_8)));
        return texts;
    }

    private static ByteBuffer copy(ByteBuffer of, int bytes) {
        byte[] copied = new byte[bytes];
        of.duplicate().get(copied);
        return ByteBuffer.wrap(copied);
    }
}
