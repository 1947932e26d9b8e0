package dev.cleave.region.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvEngine.LentKeys;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvLimits;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.MalformedFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysViewTest {
    private final Randomness randomness = Randomness.seeded(7);

    @Test
    void keysAreSeenAsTheCodecWroteThem() {
        for (int round = 0; round < 2_000; round++) {
            List<Key> keys = keys();
            KvCommand gets = new KvCommand.BatchGet(keys);
            ByteBuffer payload =
                    KvCodec.entryPayload(KvCodec.encodeRequest(new KvRequest(1, 2, new Epoch(3, 4), 5, gets)));

            KeysView view = KeysView.of(payload);

            assertThat(seen(view)).isEqualTo(expected(keys));
            assertThat(view.count()).isEqualTo(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                assertThat(view.key(i)).isEqualTo(keys.get(i));
            }
            Key start = Key.own(bytes((int) randomness.below(3)));
            Key end = Key.own(bytes((int) randomness.below(3)));
            if (end.isEmpty() || start.compareTo(end) < 0) {
                KeyRange range = KeyRange.of(start, end);
                assertThat(view.isInside(range)).isEqualTo(keys.stream().allMatch(range::contains));
            }
        }
    }

    @Test
    void whatIsNoBatchGetWithinLimitsIsLeftToTheCodec() {
        Key key = Key.utf8("k");
        for (KvCommand other : List.of(
                new KvCommand.Get(key),
                new KvCommand.Put(key, Value.utf8("v")),
                new KvCommand.Batch(List.of(new KvCommand.Change(key, null))),
                new KvCommand.BatchGet(List.of()),
                new KvCommand.BatchGet(List.of(key, Key.EMPTY)))) {
            assertThat(KeysView.of(KvCodec.encodePayload(Epoch.FIRST, other))).isNull();
        }
    }

    /** Whatever the view takes for a batch get, the codec takes for the same one. */
    @Test
    void damagedBytesAreABatchGetForBothOrForNeither() {
        int taken = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = array(KvCodec.encodePayload(Epoch.FIRST, new KvCommand.BatchGet(keys())));
            damaged[(int) randomness.between(16, damaged.length)] = (byte) randomness.below(256);
            int length = randomness.below(10) == 0 ? (int) randomness.below(damaged.length) : damaged.length;
            ByteBuffer payload = ByteBuffer.wrap(damaged, 0, length).slice().order(ByteOrder.LITTLE_ENDIAN);

            KeysView view = KeysView.of(payload);

            if (view != null) {
                taken++;
                KvCommand.BatchGet gets = (KvCommand.BatchGet) decode(payload);
                assertThat(KvLimits.problem(gets)).isEmpty();
                assertThat(seen(view)).isEqualTo(expected(gets.keys()));
            }
        }
        assertThat(taken).isBetween(1_000, 19_000);
    }

    private static KvCommand decode(ByteBuffer payload) {
        try {
            return KvCodec.decodeCommand(payload);
        } catch (MalformedFrame malformed) {
            throw new AssertionError("the view took keys that the codec refuses: " + malformed.getMessage());
        }
    }

    private static List<Key> seen(KeysView view) {
        List<Key> seen = new ArrayList<>();
        LentKeys keys = view.dataKeys();
        byte[] room = new byte[8191];
        Arrays.fill(room, (byte) 9);
        for (int bytes = keys.next(room); bytes >= 0; bytes = keys.next(room)) {
            seen.add(Key.own(Arrays.copyOf(room, bytes)));
        }
        return seen;
    }

    private static List<Key> expected(List<Key> keys) {
        return keys.stream().map(key -> Key.own(DataKeys.toData(key))).toList();
    }

    private List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        for (long count = randomness.between(1, 6); count > 0; count--) {
            keys.add(Key.own(bytes((int) randomness.between(1, 8))));
        }
        return keys;
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) randomness.below(4);
        }
        return bytes;
    }
}
