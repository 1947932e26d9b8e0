package dev.cleave.region.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvCommand.Change;
import dev.cleave.region.protocol.KvLimits;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.MalformedFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchViewTest {
    private final Randomness randomness = Randomness.seeded(7);

    @Test
    void aBatchIsSeenAsTheCodecWroteIt() {
        for (int round = 0; round < 2_000; round++) {
            List<Change> changes = changes();
            KvCommand batch = new KvCommand.Batch(changes);
            ByteBuffer payload =
                    KvCodec.entryPayload(KvCodec.encodeRequest(new KvRequest(1, 2, new Epoch(3, 4), 5, batch)));

            BatchView view = BatchView.of(payload);

            assertThat(seen(view)).isEqualTo(expected(changes));
            assertThat(view.count()).isEqualTo(changes.size());
            assertThat(view.onlyDeletes()).isEqualTo(changes.stream().allMatch(change -> change.value() == null));
            for (int i = 0; i < changes.size(); i++) {
                assertThat(view.key(i)).isEqualTo(changes.get(i).key());
            }
            Key start = Key.own(bytes((int) randomness.below(3)));
            Key end = Key.own(bytes((int) randomness.below(3)));
            if (end.isEmpty() || start.compareTo(end) < 0) {
                KeyRange range = KeyRange.of(start, end);
                assertThat(view.isInside(range))
                        .isEqualTo(changes.stream().allMatch(change -> range.contains(change.key())));
            }
        }
    }

    @Test
    void whatIsNoBatchWithinLimitsIsLeftToTheCodec() {
        Key key = Key.utf8("k");
        for (KvCommand other : List.of(
                new KvCommand.Get(key),
                new KvCommand.Delete(key),
                new KvCommand.Put(key, Value.utf8("v")),
                new KvCommand.Batch(List.of()),
                new KvCommand.Batch(List.of(new Change(Key.EMPTY, null))),
                new KvCommand.BatchGet(List.of(key)))) {
            assertThat(BatchView.of(KvCodec.encodePayload(Epoch.FIRST, other))).isNull();
        }
    }

    /** Whatever the view takes for a batch, the codec takes for the same batch; else replicas could differ from what the gate understood. */
    @Test
    void damagedBytesAreABatchForBothOrForNeither() {
        int taken = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = array(KvCodec.encodePayload(Epoch.FIRST, new KvCommand.Batch(changes())));
            damaged[(int) randomness.between(16, damaged.length)] = (byte) randomness.below(256);
            int length = randomness.below(10) == 0 ? (int) randomness.below(damaged.length) : damaged.length;
            ByteBuffer payload = ByteBuffer.wrap(damaged, 0, length).slice().order(ByteOrder.LITTLE_ENDIAN);

            BatchView view = BatchView.of(payload);

            if (view != null) {
                taken++;
                KvCommand.Batch batch = (KvCommand.Batch) decode(payload);
                assertThat(KvLimits.problem(batch)).isEmpty();
                assertThat(seen(view)).isEqualTo(expected(batch.changes()));
            }
        }
        assertThat(taken).isBetween(1_000, 19_000);
    }

    private static KvCommand decode(ByteBuffer payload) {
        try {
            return KvCodec.decodeCommand(payload);
        } catch (MalformedFrame malformed) {
            throw new AssertionError("the view took a batch that the codec refuses: " + malformed.getMessage());
        }
    }

    private static List<String> seen(BatchView view) {
        List<String> seen = new ArrayList<>();
        view.forEach(new BatchView.Changes() {
            @Override
            public void put(byte[] dataKey, byte[] stored) {
                seen.add(Key.own(dataKey) + "=" + Value.own(stored));
            }

            @Override
            public void delete(byte[] dataKey) {
                seen.add(Key.own(dataKey) + " is deleted");
            }
        });
        return seen;
    }

    private static List<String> expected(List<Change> changes) {
        List<String> expected = new ArrayList<>();
        for (Change change : changes) {
            Key dataKey = Key.own(DataKeys.toData(change.key()));
            Value value = change.value();
            expected.add(value == null ? dataKey + " is deleted" : dataKey + "=" + Value.own(DataKeys.toStored(value)));
        }
        return expected;
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (long count = randomness.between(1, 6); count > 0; count--) {
            Key key = Key.own(bytes((int) randomness.between(1, 8)));
            changes.add(
                    new Change(key, randomness.below(3) == 0 ? null : Value.own(bytes((int) randomness.below(40)))));
        }
        return changes;
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
