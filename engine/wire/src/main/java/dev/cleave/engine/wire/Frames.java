package dev.cleave.engine.wire;

/** Bounds of frames. */
public final class Frames {
    /** The largest frame a link carries: 12 MiB. The link's own header of a few bytes comes on top. */
    public static final int BYTES_MAX = 12 << 20;

    private Frames() {}
}
