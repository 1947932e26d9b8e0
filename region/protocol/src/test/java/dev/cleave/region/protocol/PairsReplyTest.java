package dev.cleave.region.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.wire.Frames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairsReplyTest {
    private final PairsReply reply = new PairsReply();

    @Test
    void itIsByteForByteWhatTheCodecMakesOfPairs() {
        Randomness randomness = Randomness.seeded(4);
        for (int pairs : new int[] {0, 1, 100, 3, 5_000, 2}) {
            KvResult.Pairs expected = new KvResult.Pairs(random(pairs, randomness), pairs % 2 == 0);

            reply.begin();
            expected.pairs().forEach(this::add);

            assertThat(reply.count()).isEqualTo(pairs);
            assertThat(reply.frame(-7 + pairs, expected.isComplete()))
                    .isEqualTo(KvCodec.encodeReply(KvReply.ok(-7 + pairs, expected)));
        }
    }

    @Test
    void aFrameStaysAsItIsWhenTheNextIsWritten() {
        KvResult.Pair one = new KvResult.Pair(Key.utf8("k"), Value.utf8("v"));
        reply.begin();
        add(one);
        ByteBuffer first = reply.frame(1, true);
        reply.begin();
        add(new KvResult.Pair(Key.utf8("other"), Value.utf8("w")));
        reply.frame(2, false);

        assertThat(KvCodec.decodeReply(first)).isEqualTo(KvReply.ok(1, new KvResult.Pairs(List.of(one), true)));
    }

    @Test
    void whatDoesNotFitAFrameIsRefused() {
        byte[] large = new byte[KvCommand.VALUE_BYTES_MAX];
        byte[] key = {1};
        reply.begin();
        for (int i = 0; i < Frames.BYTES_MAX / large.length - 1; i++) {
            reply.add(key, 0, 1, large, 0, large.length);
        }

        assertThatThrownBy(() -> {
                    reply.add(key, 0, 1, large, 0, large.length);
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not fit");
        assertThatThrownBy(() -> reply.add(large, 0, KvCommand.KEY_BYTES_MAX + 1, key, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** From the midst of larger arrays. */
    private void add(KvResult.Pair pair) {
        byte[] key = within(pair.key().bytes(), 3);
        byte[] value = within(pair.value().bytes(), 9);
        reply.add(key, 3, pair.key().length(), value, 9, pair.value().length());
    }

    private static byte[] within(byte[] bytes, int at) {
        byte[] larger = new byte[bytes.length + at + 5];
        System.arraycopy(bytes, 0, larger, at, bytes.length);
        return larger;
    }

    private static List<KvResult.Pair> random(int count, Randomness randomness) {
        List<KvResult.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(new KvResult.Pair(Key.own(bytes(randomness, 40)), Value.own(bytes(randomness, 300))));
        }
        return pairs;
    }

    private static byte[] bytes(Randomness randomness, int bound) {
        byte[] bytes = new byte[(int) randomness.below(bound)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) randomness.nextLong();
        }
        return bytes;
    }
}
