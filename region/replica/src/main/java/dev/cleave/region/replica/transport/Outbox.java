package dev.cleave.region.replica.transport;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Frames;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.RaftMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the raft messages of one turn into as few frames per store as possible. One kind holds what may leave at once; another,
 * one per log write, what must wait for the force.
 */
@OwnedBy("replica agent")
public final class Outbox {
    private static final int FRAME_START_BYTES = 4 << 10;
    /** A frame is closed once it is this full; one message more always fits below {@link Frames#BYTES_MAX}. */
    private static final int FRAME_FULL_BYTES = 2 << 20;

    private final Map<Long, Lane> lanes = new TreeMap<>();

    /** Adds a message; {@code entries} are appended whole, in order. */
    public void add(long toStore, long group, Epoch epoch, RaftMessage message, List<ByteBuffer> entries) {
        int bytes = RaftFrame.HEADER_BYTES;
        for (int i = 0; i < entries.size(); i++) {
            bytes += entries.get(i).remaining();
        }
        ByteBuffer frame = lane(toStore).roomFor(bytes);
        int start = RaftFrame.begin(frame, group, epoch, message);
        for (int i = 0; i < entries.size(); i++) {
            frame.put(entries.get(i).duplicate());
        }
        RaftFrame.finish(frame, start);
    }

    /** Tells a removed replica that it is gone. */
    public void addGone(long toStore, long group, long toReplica, Epoch epoch) {
        RaftFrame.putGone(lane(toStore).roomFor(RaftFrame.HEADER_BYTES), group, toReplica, epoch);
    }

    /** Tells a store that this one is there, in its {@code startNumber}-th start. */
    public void addBeat(long toStore, long startNumber) {
        RaftFrame.putBeat(lane(toStore).roomFor(RaftFrame.HEADER_BYTES), startNumber, false);
    }

    /** The same, to a store that has beaten here for a reason that this one does not know. */
    public void addBeatAnswer(long toStore, long startNumber) {
        RaftFrame.putBeat(lane(toStore).roomFor(RaftFrame.HEADER_BYTES), startNumber, true);
    }

    private Lane lane(long toStore) {
        return lanes.computeIfAbsent(toStore, store -> new Lane());
    }

    public boolean isEmpty() {
        return lanes.isEmpty();
    }

    /** Sends everything, store by store, and is empty again. What a link refuses is dropped: raft repeats it. */
    public void flush(PeerLinks links) {
        for (Map.Entry<Long, Lane> lane : lanes.entrySet()) {
            for (ByteBuffer frame : lane.getValue().close()) {
                links.send(lane.getKey(), frame);
            }
        }
        lanes.clear();
    }

    /** The frames on their way to one store. */
    private static final class Lane {
        private final List<ByteBuffer> closed = new ArrayList<>(1);
        private @Nullable ByteBuffer open;

        ByteBuffer roomFor(int bytes) {
            ByteBuffer frame = open;
            if (frame != null && frame.position() + bytes > FRAME_FULL_BYTES) {
                closed.add(frame.flip());
                frame = null;
            }
            if (frame == null) {
                frame = allocate(Math.max(FRAME_START_BYTES, bytes + RaftFrame.FRAME_HEADER_BYTES));
                RaftFrame.putFrameHeader(frame);
            } else if (frame.remaining() < bytes) {
                ByteBuffer larger = allocate(Math.max(frame.capacity() * 2, frame.position() + bytes));
                frame = larger.put(frame.flip());
            }
            open = frame;
            return frame;
        }

        private static ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        List<ByteBuffer> close() {
            if (open != null) {
                closed.add(open.flip());
                open = null;
            }
            return closed;
        }
    }
}
