package dev.cleave.engine.base;

/** A half-open range of keys {@code [startInclusive, endExclusive)}; an empty end means that there is none. */
public record KeyRange(Key startInclusive, Key endExclusive) {
    public static final KeyRange ALL = new KeyRange(Key.EMPTY, Key.EMPTY);

    public KeyRange {
        if (!endExclusive.isEmpty() && startInclusive.compareTo(endExclusive) >= 0) {
            throw new IllegalArgumentException(
                    "range start " + startInclusive + " is not below its end " + endExclusive + "; swap them?");
        }
    }

    public static KeyRange of(Key startInclusive, Key endExclusive) {
        return new KeyRange(startInclusive, endExclusive);
    }

    public boolean hasEnd() {
        return !endExclusive.isEmpty();
    }

    public boolean contains(Key key) {
        return key.compareTo(startInclusive) >= 0 && isBelowEnd(key);
    }

    /** Whether {@code other} lies wholly inside this range. */
    public boolean contains(KeyRange other) {
        boolean endFits = !hasEnd() || (other.hasEnd() && other.endExclusive.compareTo(endExclusive) <= 0);
        return other.startInclusive.compareTo(startInclusive) >= 0 && endFits;
    }

    public boolean overlaps(KeyRange other) {
        return other.isBelowEnd(startInclusive) && isBelowEnd(other.startInclusive);
    }

    private boolean isBelowEnd(Key key) {
        return !hasEnd() || key.compareTo(endExclusive) < 0;
    }

    @Override
    public String toString() {
        return "[" + (startInclusive.isEmpty() ? "-∞" : startInclusive) + ", " + (hasEnd() ? endExclusive : "+∞") + ")";
    }
}
