package dev.cleave.region.protocol;

/**
 * What one replica of a region holds, compared with the others at the same index.
 *
 * @param keys how many pairs, 0 if it has not told
 * @param checksum over all of them, 0 if it has not told
 */
public record CheckedReplica(long replicaId, long storeId, long keys, long checksum, Standing standing) {
    /** How it stands to a majority of the voters. */
    public enum Standing {
        AGREES,
        DIFFERS,
        /** It has not told yet. */
        SILENT
    }
}
