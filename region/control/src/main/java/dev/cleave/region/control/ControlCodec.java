package dev.cleave.region.control;

import dev.cleave.engine.codec.RecordCodec;
import dev.cleave.engine.codec.RecordException;
import dev.cleave.region.protocol.FrameKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Control frames as bytes (little endian); one instance belongs to one owner thread.
 *
 * <pre>
 * offset size field
 *  0     1    {@link FrameKind#CONTROL}
 *  1     8    call
 *  9     n    one record ({@link RecordCodec})
 * </pre>
 */
public final class ControlCodec {
    private static final int HEADER_BYTES = 9;

    private final RecordCodec records = new RecordCodec(ControlRecords.registry());

    public ByteBuffer encode(ControlFrame frame) {
        Object record = frame.up() != null ? frame.up() : frame.down();
        if (record == null || (frame.up() != null && frame.down() != null)) {
            throw new RecordException("a control frame carries exactly one record");
        }
        ByteBuffer bytes = records.encode(HEADER_BYTES, record);
        return bytes.put(0, FrameKind.CONTROL).putLong(1, frame.call());
    }

    /** A question or report of a store. */
    public ByteBuffer encode(long call, ToPlacement record) {
        return encode(new ControlFrame(call, record, null));
    }

    /** An answer or command of the placement driver. */
    public ByteBuffer encode(long call, FromPlacement record) {
        return encode(new ControlFrame(call, null, record));
    }

    /**
     * Reads the remaining bytes of {@code frame}.
     *
     * @throws RecordException if they are no control frame that this build can read
     */
    public ControlFrame decode(ByteBuffer frame) {
        ByteBuffer bytes = frame.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < HEADER_BYTES || bytes.get() != FrameKind.CONTROL) {
            throw new RecordException("this is no control frame");
        }
        long call = bytes.getLong();
        Object record = records.decode(bytes);
        if (record instanceof ToPlacement up) {
            return new ControlFrame(call, up, null);
        }
        if (record instanceof FromPlacement down) {
            return new ControlFrame(call, null, down);
        }
        throw new RecordException("a " + record.getClass().getSimpleName() + " does not travel alone");
    }
}
