package dev.cleave.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameLayoutTest {
    private static final class Collected implements FrameReader.Sink {
        final List<String> frames = new ArrayList<>();

        @Override
        public void onFrame(byte kind, ByteBuffer payload) {
            frames.add(kind + ":" + StandardCharsets.ISO_8859_1.decode(payload));
        }

        @Override
        public boolean isReading() {
            return true;
        }
    }

    /** These bytes are on the wire between versions: they change only with the protocol version. */
    @Test
    void goldenBytes() {
        assertThat(HexFormat.of().formatHex(RawPeer.frame(FrameLayout.DATA, "abc".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(GOLDEN_DATA);
        ByteBuffer hello = HelloLayout.encode(new Hello(Hello.STORE, 1, 2, 3, 4), new HelloLayout.Versions(1, 2));
        byte[] bytes = new byte[hello.remaining()];
        hello.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("434c5645" + "0100" + "0200" + "02" + "00000000000000" + "0100000000000000"
                        + "0200000000000000" + "0300000000000000" + "0400000000000000");
    }

    private static final String GOLDEN_DATA = "03000000" + "b73f4b36" + "02" + "a558b1" + "616263";

    @Test
    void framesSplitAnywhereAreReadTheSame() throws Exception {
        ByteBuf stream = Unpooled.buffer();
        stream.writeBytes(RawPeer.frame(1, "hello".getBytes(StandardCharsets.ISO_8859_1)));
        stream.writeBytes(RawPeer.frame(3, new byte[0]));
        stream.writeBytes(RawPeer.frame(2, "x".repeat(50).getBytes(StandardCharsets.ISO_8859_1)));
        stream.writeBytes(RawPeer.frame(3, new byte[0]));

        for (int step = 1; step <= stream.readableBytes(); step++) {
            FrameReader reader = new FrameReader();
            Collected collected = new Collected();
            for (int at = 0; at < stream.readableBytes(); at += step) {
                reader.read(stream.slice(at, Math.min(step, stream.readableBytes() - at)), collected);
            }
            assertThat(collected.frames).containsExactly("1:hello", "3:", "2:" + "x".repeat(50), "3:");
            assertThat(reader.describeUnfinished()).isNull();
        }
    }

    @Test
    void everySingleAndEveryDoubleFlipInAHeaderIsFoundBeforeItsLengthIsBelieved() {
        byte[] good = RawPeer.frame(FrameLayout.DATA, new byte[] {1, 2, 3, 4});
        int bits = FrameLayout.HEADER_BYTES * 8;
        for (int first = 0; first < bits; first++) {
            for (int second = first; second < bits; second++) {
                byte[] bad = good.clone();
                bad[first / 8] ^= (byte) (1 << first % 8);
                if (second != first) {
                    bad[second / 8] ^= (byte) (1 << second % 8);
                }
                assertRefused(bad);
            }
        }
    }

    @Test
    void everySingleFlipInAPayloadIsFound() {
        byte[] good = RawPeer.frame(FrameLayout.DATA, new byte[] {1, 2, 3, 4, 5, 6, 7});
        for (int bit = FrameLayout.HEADER_BYTES * 8; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(bad);
        }
    }

    private static void assertRefused(byte[] bad) {
        FrameReader reader = new FrameReader();
        reader.allowData();
        assertThatThrownBy(() -> reader.read(Unpooled.wrappedBuffer(bad), new Collected()))
                .isInstanceOf(MalformedFrameException.class);
    }
}
