package dev.cleave.region.replica.transport;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.FrameKind;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.raft.RaftMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The layout of a frame of raft messages between two stores (little endian). The frame begins with kind (1 byte, {@link FrameKind#RAFT}),
 * layout version (1 byte), 2 zero bytes and the number of the frame (4 bytes, counted per pair of stores); then
 * message after message:
 *
 * <pre>
 * offset size field
 *   0     4   bytes of the message, this field included
 *   4     1   type (ordinal of RaftMessage.Type, {@link #GONE} or {@link #BEAT})
 *   5     1   flags: 1 reject, 2 transfer, 4 sleep, 8 answers a beat
 *   6     2   zero
 *   8     8   group
 *  16     8   from replica
 *  24     8   to replica
 *  32     8   sender's epoch: confVersion
 *  40     8   sender's epoch: version
 *  48     8   term
 *  56     8   index
 *  64     8   log term
 *  72     8   commit
 *  80     8   hint index
 *  88     8   hint term
 *  96     8   token
 * 104     8   last index
 * 112     8   commit term
 * 120     n   whole entries (EntryLayout), index + 1 .. last index
 * </pre>
 */
public final class RaftFrame {
    public static final byte VERSION = 1;
    /** "You are no longer a member, as of the epoch given": from a member to a removed replica. */
    public static final byte GONE = 100;

    /** "This store is there", in the start given as term. Sent from time to time whatever the groups have to say. */
    public static final byte BEAT = 101;

    private static final int NUMBER_OFFSET = 4;
    static final int FRAME_HEADER_BYTES = 8;
    static final int HEADER_BYTES = 120;
    private static final byte FLAG_REJECT = 1;
    private static final byte FLAG_TRANSFER = 2;
    private static final byte FLAG_SLEEP = 4;
    private static final byte FLAG_ANSWER = 8;
    private static final RaftMessage.Type[] TYPES = RaftMessage.Type.values();

    private RaftFrame() {}

    static void putFrameHeader(ByteBuffer into) {
        into.put(FrameKind.RAFT).put(VERSION).putShort((short) 0).putInt(0);
    }

    /** Sets the number of a finished frame. */
    static void number(ByteBuffer frame, int number) {
        frame.putInt(frame.position() + NUMBER_OFFSET, number);
    }

    /** Writes everything of a message but its entries, and room for its length, which {@link #finish} fills in. */
    static int begin(ByteBuffer into, long group, Epoch epoch, RaftMessage m) {
        int start = into.position();
        int flags = (m.reject ? FLAG_REJECT : 0) | (m.isTransfer ? FLAG_TRANSFER : 0) | (m.isSleep ? FLAG_SLEEP : 0);
        into.putInt(0).put((byte) m.type.ordinal()).put((byte) flags).putShort((short) 0);
        into.putLong(group).putLong(m.from).putLong(m.to);
        into.putLong(epoch.confVersion()).putLong(epoch.version());
        into.putLong(m.term).putLong(m.index).putLong(m.logTerm).putLong(m.commit);
        into.putLong(m.hintIndex).putLong(m.hintTerm).putLong(m.token).putLong(m.lastIndex);
        into.putLong(m.commitTerm);
        return start;
    }

    static void finish(ByteBuffer into, int start) {
        into.putInt(start, into.position() - start);
    }

    static void putGone(ByteBuffer into, long group, long toReplica, Epoch epoch) {
        int start = into.position();
        into.putInt(0).put(GONE).put((byte) 0).putShort((short) 0);
        into.putLong(group).putLong(0).putLong(toReplica);
        into.putLong(epoch.confVersion()).putLong(epoch.version());
        for (int field = 0; field < 9; field++) {
            into.putLong(0);
        }
        finish(into, start);
    }

    static void putBeat(ByteBuffer into, long startNumber, boolean isAnswer) {
        int start = into.position();
        into.putInt(0).put(BEAT).put(isAnswer ? FLAG_ANSWER : 0).putShort((short) 0);
        for (int field = 0; field < 5; field++) {
            into.putLong(0);
        }
        into.putLong(startNumber);
        for (int field = 0; field < 8; field++) {
            into.putLong(0);
        }
        finish(into, start);
    }

    /** How many messages a frame of ours holds; as far as it can be followed. */
    public static int messages(ByteBuffer frame) {
        int messages = 0;
        int at = frame.position() + FRAME_HEADER_BYTES;
        while (at + Integer.BYTES <= frame.limit()) {
            int bytes = frame.getInt(at);
            if (bytes < HEADER_BYTES || bytes > frame.limit() - at) {
                break;
            }
            messages++;
            at += bytes;
        }
        return messages;
    }

    /** Reads a received frame message by message. Reused; what it shows is valid until the next {@link #next}. */
    public static final class Cursor {
        private ByteBuffer frame = ByteBuffer.allocate(0);
        private int offset;
        private int messageEnd;
        private int[] entryOffsets = new int[64];
        private final RaftMessage message = new RaftMessage();

        /** Starts reading; throws {@link MalformedFrame} for a frame that is none of ours. */
        public void open(ByteBuffer raftFrame) {
            frame = raftFrame.slice().order(ByteOrder.LITTLE_ENDIAN);
            if (frame.remaining() < FRAME_HEADER_BYTES || frame.get(0) != FrameKind.RAFT) {
                throw new MalformedFrame("not a frame of raft messages");
            }
            if (frame.get(1) != VERSION) {
                throw new MalformedFrame(
                        "raft frame of version " + frame.get(1) + "; this store understands " + VERSION);
            }
            messageEnd = FRAME_HEADER_BYTES;
        }

        /** Moves to the next message; false at the end. */
        public boolean next() {
            offset = messageEnd;
            if (offset == frame.limit()) {
                return false;
            }
            int left = frame.limit() - offset;
            if (left < HEADER_BYTES) {
                throw new MalformedFrame("raft frame ends inside a message");
            }
            int bytes = frame.getInt(offset);
            if (bytes < HEADER_BYTES || bytes > left) {
                throw new MalformedFrame("raft message of " + bytes + " bytes where " + left + " are left");
            }
            messageEnd = offset + bytes;
            if (!isGone() && !isBeat()) {
                decode();
            }
            return true;
        }

        private void decode() {
            byte type = frame.get(offset + 4);
            if (type < 0 || type >= TYPES.length || TYPES[type] == RaftMessage.Type.SNAPSHOT) {
                throw new MalformedFrame("raft message of type " + type + ", which does not travel in frames");
            }
            RaftMessage m = message;
            m.clear();
            m.type = TYPES[type];
            byte flags = frame.get(offset + 5);
            m.reject = (flags & FLAG_REJECT) != 0;
            m.isTransfer = (flags & FLAG_TRANSFER) != 0;
            m.isSleep = (flags & FLAG_SLEEP) != 0;
            m.from = frame.getLong(offset + 16);
            m.to = frame.getLong(offset + 24);
            m.term = frame.getLong(offset + 48);
            m.index = frame.getLong(offset + 56);
            m.logTerm = frame.getLong(offset + 64);
            m.commit = frame.getLong(offset + 72);
            m.hintIndex = frame.getLong(offset + 80);
            m.hintTerm = frame.getLong(offset + 88);
            m.token = frame.getLong(offset + 96);
            m.lastIndex = frame.getLong(offset + 104);
            m.commitTerm = frame.getLong(offset + 112);
            decodeEntries(m);
        }

        private void decodeEntries(RaftMessage m) {
            int count = 0;
            int at = offset + HEADER_BYTES;
            while (at < messageEnd) {
                boolean fits = messageEnd - at >= EntryLayout.HEADER_BYTES
                        && EntryLayout.payloadBytes(frame, at) >= 0
                        && EntryLayout.payloadBytes(frame, at) <= EntryLayout.PAYLOAD_BYTES_MAX
                        && EntryLayout.payloadBytes(frame, at) <= messageEnd - at - EntryLayout.HEADER_BYTES;
                if (!fits) {
                    throw new MalformedFrame("entry runs over the end of its message");
                }
                if (count == entryOffsets.length) {
                    entryOffsets = java.util.Arrays.copyOf(entryOffsets, count * 2);
                }
                entryOffsets[count] = at;
                m.addEntryTerm(EntryLayout.term(frame, at));
                if (EntryLayout.index(frame, at) != m.index + 1 + count) {
                    throw new MalformedFrame("entries of a message do not follow each other");
                }
                count++;
                at += EntryLayout.entryBytes(frame, at);
            }
            if (m.type == RaftMessage.Type.APPEND && m.lastIndex != m.index + count) {
                throw new MalformedFrame("append names " + (m.lastIndex - m.index) + " entries and carries " + count);
            }
        }

        public boolean isGone() {
            return frame.get(offset + 4) == GONE;
        }

        /** Then only {@link #startNumber} and {@link #isAnswer} say something. */
        public boolean isBeat() {
            return frame.get(offset + 4) == BEAT;
        }

        /** A beat only because of another: it is not answered itself. */
        public boolean isAnswer() {
            return (frame.get(offset + 5) & FLAG_ANSWER) != 0;
        }

        public long startNumber() {
            return frame.getLong(offset + 48);
        }

        /** The number of the frame. */
        public int number() {
            return frame.getInt(NUMBER_OFFSET);
        }

        public long group() {
            return frame.getLong(offset + 8);
        }

        public long fromReplica() {
            return frame.getLong(offset + 16);
        }

        public long toReplica() {
            return frame.getLong(offset + 24);
        }

        public Epoch epoch() {
            return new Epoch(frame.getLong(offset + 32), frame.getLong(offset + 40));
        }

        public RaftMessage message() {
            return message;
        }

        /** The whole entry at {@code index}: a view of the received frame, which stays valid as long as it is held. */
        public ByteBuffer entry(long index) {
            int at = entryOffsets[(int) (index - message.index - 1)];
            return frame.slice(at, EntryLayout.entryBytes(frame, at)).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
