package dev.cleave.tests.simulator;

/** What the frames of one host meet on their way to another: cuts, delays, jams. All links between the two share it. */
final class Path {
    private static final long NANOS_PER_BYTE = 1;

    private final String from;
    private final String to;
    private int cuts;
    private long extraNanos;
    private long nanosPerByte = NANOS_PER_BYTE;
    private long cloggedUntilNanos;
    private long freeAtNanos;
    private boolean isShaky;
    private boolean isEchoing;

    Path(String from, String to) {
        this.from = from;
        this.to = to;
    }

    String from() {
        return from;
    }

    String to() {
        return to;
    }

    boolean isCut() {
        return cuts > 0;
    }

    void cut() {
        cuts++;
    }

    void join() {
        cuts--;
    }

    /** Everything takes so much longer. */
    void slow(long nanos) {
        extraNanos = nanos;
    }

    /** One byte after the other takes so long, of all links together: snapshots and large appends suffer most. */
    void narrow(long nanosEach) {
        nanosPerByte = nanosEach;
    }

    /** Nothing arrives before {@code nanos}; nothing is lost. */
    void clogUntil(long nanos) {
        cloggedUntilNanos = Math.max(cloggedUntilNanos, nanos);
    }

    /** Whether raft frames are lost, repeated and overtaken, as datagrams are. */
    boolean isShaky() {
        return isShaky;
    }

    void shake(boolean shaky) {
        isShaky = shaky;
    }

    /** Whether copies of raft frames arrive long after, when either end may be another process. */
    boolean isEchoing() {
        return isEchoing;
    }

    void echo(boolean echoing) {
        isEchoing = echoing;
    }

    /** All is well again. Jams have let everything through. */
    void heal() {
        cuts = 0;
        extraNanos = 0;
        nanosPerByte = NANOS_PER_BYTE;
        cloggedUntilNanos = 0;
        isShaky = false;
        isEchoing = false;
    }

    /** When {@code bytes} that leave now arrive, if nothing before them is late. */
    long arrivalNanos(long nowNanos, int bytes, long delayNanos) {
        freeAtNanos = Math.max(freeAtNanos, nowNanos) + bytes * nanosPerByte;
        return Math.max(freeAtNanos, cloggedUntilNanos) + extraNanos + delayNanos;
    }
}
