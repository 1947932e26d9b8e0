package dev.cleave.region.protocol;

/** The first byte of every frame says what it carries. */
public final class FrameKind {
    public static final byte KV_REQUEST = 1;
    public static final byte KV_REPLY = 2;
    public static final byte PD_REQUEST = 3;
    public static final byte PD_REPLY = 4;
    /** Store to placement driver and back: control records. */
    public static final byte CONTROL = 5;
    /** Store to store: many raft messages. */
    public static final byte RAFT = 6;
    /** Store to store: snapshot chunks and their answers. */
    public static final byte SNAPSHOT = 7;

    private FrameKind() {}
}
