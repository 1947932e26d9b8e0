package dev.cleave.region.protocol;

/** How often a region's membership ({@code confVersion}) and range ({@code version}) have changed. Both only grow. */
public record Epoch(long confVersion, long version) {
    /** The epoch of a replica that has no descriptor yet. */
    public static final Epoch NONE = new Epoch(0, 0);

    public static final Epoch FIRST = new Epoch(1, 1);

    /** Whether this epoch is older than {@code other} in one part at least. */
    public boolean isStalerThan(Epoch other) {
        return confVersion < other.confVersion || version < other.version;
    }

    @Override
    public String toString() {
        return confVersion + "/" + version;
    }
}
