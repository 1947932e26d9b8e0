package dev.cleave.engine.wire;

/** Bounds of frames. */
public final class Frames {
    /** The largest frame, header included: 12 MiB. */
    public static final int BYTES_MAX = 12 << 20;

    private Frames() {}
}
