package dev.cleave.region.replica;

/** Which parts of its group's epoch an entry is checked against when it takes effect, and which it moves. */
public record EpochUse(
        boolean checksVersion, boolean checksConfVersion, boolean movesVersion, boolean movesConfVersion) {
    /** Of entries that no epoch concerns. */
    public static final EpochUse NONE = new EpochUse(false, false, false, false);

    boolean movesAny() {
        return movesVersion || movesConfVersion;
    }

    /** Whether an entry with this use would find another epoch than it was made for if {@code earlier} takes effect before it. */
    boolean isUpsetBy(EpochUse earlier) {
        return (checksVersion && earlier.movesVersion) || (checksConfVersion && earlier.movesConfVersion);
    }
}
