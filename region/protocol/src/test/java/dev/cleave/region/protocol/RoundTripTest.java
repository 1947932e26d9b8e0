package dev.cleave.region.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    @Test
    void requestsComeBackAsTheyWereSent() {
        for (KvCommand command : Samples.commands()) {
            KvRequest request = Samples.request(command);
            ByteBuffer frame = shifted(KvCodec.encodeRequest(request));

            assertThat(KvCodec.decodeRequest(frame)).isEqualTo(request);
            assertThat(KvCodec.requestId(frame)).isEqualTo(request.requestId());
            assertThat(KvCodec.regionId(frame)).isEqualTo(request.regionId());
            assertThat(KvCodec.epoch(frame)).isEqualTo(request.epoch());
            assertThat(KvCodec.deadlineMillis(frame)).isEqualTo(request.deadlineMillis());
            assertThat(KvCodec.isWrite(frame)).isEqualTo(command.isWrite());
        }
    }

    @Test
    void theEntryPayloadIsTheFrameFromItsOffsetOn() {
        for (KvCommand command : Samples.commands()) {
            ByteBuffer payload = KvCodec.entryPayload(shifted(KvCodec.encodeRequest(Samples.request(command))));

            assertThat(payload).isEqualTo(KvCodec.encodePayload(new Epoch(2, 3), command));
            assertThat((long) payload.remaining()).isEqualTo(KvCodec.payloadBytes(command));
            assertThat(KvCodec.decodeEpoch(payload)).isEqualTo(new Epoch(2, 3));
            assertThat(KvCodec.decodeCommand(payload)).isEqualTo(command);
        }
    }

    @Test
    void repliesComeBackAsTheyWereSent() {
        for (KvReply reply : Samples.replies()) {
            ByteBuffer frame = shifted(KvCodec.encodeReply(reply));

            assertThat(KvCodec.decodeReply(frame)).isEqualTo(reply);
            assertThat(KvCodec.replyRequestId(frame)).isEqualTo(reply.requestId());
        }
    }

    @Test
    void placementFramesComeBackAsTheyWereSent() {
        for (PdRequest request : Samples.questions()) {
            ByteBuffer frame = shifted(PdCodec.encodeRequest(9, 5000, request));
            assertThat(PdCodec.decodeRequest(frame)).isEqualTo(request);
            assertThat(PdCodec.requestId(frame)).isEqualTo(9);
            assertThat(PdCodec.deadlineMillis(frame)).isEqualTo(5000);
        }
        for (PdReply reply : Samples.answers()) {
            ByteBuffer frame = shifted(PdCodec.encodeReply(9, reply));
            assertThat(PdCodec.decodeReply(frame)).isEqualTo(reply);
            assertThat(PdCodec.requestId(frame)).isEqualTo(9);
        }
    }

    @Test
    void theLargestValueFits() {
        KvCommand put = new KvCommand.Put(
                Key.own(new byte[KvCommand.KEY_BYTES_MAX]), Value.own(new byte[KvCommand.VALUE_BYTES_MAX]));

        assertThat(KvLimits.problem(put)).isEmpty();
        assertThat(KvCodec.decodeRequest(KvCodec.encodeRequest(Samples.request(put)))
                        .command())
                .isEqualTo(put);
    }

    @Test
    void longTextIsCutAtACharacter() {
        String text = "é".repeat(WireWriter.TEXT_BYTES_MAX) + "x";
        ByteBuffer frame = KvCodec.encodeReply(KvReply.refused(1, KvError.of(KvError.Kind.BUSY, "a" + text)));

        String read = KvCodec.decodeReply(frame).error().message();

        assertThat(read).startsWith("aé").endsWith("é").doesNotContain("\uFFFD");
    }

    @Test
    void aNewerLayoutIsRefusedInWords() {
        ByteBuffer frame =
                KvCodec.encodeRequest(Samples.request(Samples.commands().get(0)));
        frame.put(1, (byte) 2);

        assertThatThrownBy(() -> KvCodec.checkRequest(frame))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("layout 2")
                .hasMessageContaining("upgrade");
    }

    @Test
    void limitsSayWhatIsWrong() {
        assertThat(KvLimits.problem(new KvCommand.Get(Key.EMPTY)).orElseThrow()).contains("must not be empty");
        assertThat(KvLimits.problem(new KvCommand.Get(Key.own(new byte[4097]))).orElseThrow())
                .contains("4097")
                .contains("4096");
        assertThat(KvLimits.problem(new KvCommand.Put(Key.utf8("k"), Value.own(new byte[(4 << 20) + 1])))
                        .orElseThrow())
                .contains("value");
        assertThat(KvLimits.problem(new KvCommand.Batch(List.of())).orElseThrow())
                .contains("at least one");
        Value half = Value.own(new byte[3 << 20]);
        assertThat(KvLimits.problem(new KvCommand.CompareAndSet(Key.utf8("k"), half, half))
                        .orElseThrow())
                .contains("smaller");
        assertThat(KvLimits.problem(new KvCommand.Scan(Samples.RANGE, 0, 1, false, false))
                        .orElseThrow())
                .contains("limit");
        Samples.commands()
                .forEach(command -> assertThat(KvLimits.problem(command)).isEmpty());
    }

    /** Frames may start anywhere in their buffer. */
    private static ByteBuffer shifted(ByteBuffer frame) {
        ByteBuffer wide = ByteBuffer.allocate(frame.remaining() + 8).order(ByteOrder.LITTLE_ENDIAN);
        wide.position(5).put(frame.duplicate()).flip();
        return wide.position(5);
    }
}
