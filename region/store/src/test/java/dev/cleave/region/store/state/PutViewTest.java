package dev.cleave.region.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.MalformedFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class PutViewTest {
    private final Randomness randomness = Randomness.seeded(7);

    @Test
    void aPutIsSeenAsTheCodecWroteIt() {
        for (int round = 0; round < 2_000; round++) {
            Key key = Key.own(bytes((int) randomness.between(1, 8)));
            Value value = Value.own(bytes((int) randomness.below(40)));
            KvCommand put = new KvCommand.Put(key, value);
            ByteBuffer payload =
                    KvCodec.entryPayload(KvCodec.encodeRequest(new KvRequest(1, 2, new Epoch(3, 4), 5, put)));

            PutView view = PutView.of(payload);

            assertThat(view.dataKey()).isEqualTo(DataKeys.toData(key));
            assertThat(view.stored()).isEqualTo(DataKeys.toStored(value));
            Key start = Key.own(bytes((int) randomness.below(3)));
            Key end = Key.own(bytes((int) randomness.below(3)));
            if (end.isEmpty() || start.compareTo(end) < 0) {
                KeyRange range = KeyRange.of(start, end);
                assertThat(view.isInside(range)).as(key + " in " + range).isEqualTo(range.contains(key));
            }
        }
    }

    @Test
    void whatIsNotAPutIsNotSeenAsOne() {
        Key key = Key.utf8("k");
        for (KvCommand other : List.of(
                new KvCommand.Get(key),
                new KvCommand.Delete(key),
                new KvCommand.CompareAndSet(key, null, Value.utf8("v")),
                new KvCommand.Batch(List.of(new KvCommand.Change(key, null))))) {
            assertThat(PutView.of(KvCodec.encodePayload(Epoch.FIRST, other))).isNull();
        }
    }

    /** Whatever the view takes for a put, the codec takes for the same put; else replicas could differ from what the gate understood. */
    @Test
    void damagedBytesAreAPutForBothOrForNeither() {
        byte[] whole =
                array(KvCodec.encodePayload(Epoch.FIRST, new KvCommand.Put(Key.utf8("key"), Value.utf8("value"))));
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            damaged[(int) randomness.between(16, damaged.length)] = (byte) randomness.below(256);
            int length = randomness.below(10) == 0 ? (int) randomness.below(damaged.length) : damaged.length;
            ByteBuffer payload = ByteBuffer.wrap(damaged, 0, length).slice().order(ByteOrder.LITTLE_ENDIAN);

            PutView view = PutView.of(payload);

            if (view != null) {
                KvCommand.Put put = (KvCommand.Put) decode(payload);
                assertThat(view.dataKey()).isEqualTo(DataKeys.toData(put.key()));
                assertThat(view.stored()).isEqualTo(DataKeys.toStored(put.value()));
            }
        }
    }

    private static KvCommand decode(ByteBuffer payload) {
        try {
            return KvCodec.decodeCommand(payload);
        } catch (MalformedFrame malformed) {
            throw new AssertionError("the view took a put that the codec refuses: " + malformed.getMessage());
        }
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
