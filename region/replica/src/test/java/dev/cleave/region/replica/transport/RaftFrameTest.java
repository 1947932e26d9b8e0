package dev.cleave.region.replica.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RaftFrameTest {
    @Test
    void aBeatSaysWhetherItAnswersAnother() {
        ByteBuffer frame = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        RaftFrame.putFrameHeader(frame);
        RaftFrame.putBeat(frame, 7, false);
        RaftFrame.putBeat(frame, 7, true);

        assertThat(RaftFrame.messages(
                        frame.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip()))
                .isEqualTo(2);
        RaftFrame.Cursor cursor = new RaftFrame.Cursor();
        cursor.open(frame.flip());

        assertThat(cursor.next() && cursor.isBeat() && !cursor.isAnswer()).isTrue();
        assertThat(cursor.startNumber()).isEqualTo(7);
        assertThat(cursor.next() && cursor.isBeat() && cursor.isAnswer()).isTrue();
        assertThat(cursor.next()).isFalse();
    }
}
