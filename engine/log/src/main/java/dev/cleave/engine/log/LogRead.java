package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A read on its way through the log agent. */
final class LogRead implements LogOp {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

    final long group;
    final long from;
    final long toInclusive;
    final int bytesMax;
    private final RaftLogStore.ReadSink sink;
    private long lastIndex;
    private ByteBuffer entries = EMPTY;

    LogRead(long group, long from, long toInclusive, int bytesMax, RaftLogStore.ReadSink sink) {
        this.group = group;
        this.from = from;
        this.toInclusive = toInclusive;
        this.bytesMax = bytesMax;
        this.sink = sink;
        lastIndex = from - 1;
    }

    /** Takes the entries {@code from..lastIndex}. */
    void found(long lastIndex, ByteBuffer entries) {
        this.lastIndex = lastIndex;
        this.entries = entries;
    }

    @Override
    public void complete() {
        sink.entries(group, from, lastIndex, entries);
    }
}
