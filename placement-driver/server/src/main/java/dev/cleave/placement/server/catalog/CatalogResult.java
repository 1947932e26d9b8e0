package dev.cleave.placement.server.catalog;

/** What an applied command answers. */
public sealed interface CatalogResult {
    record Done() implements CatalogResult {}

    /** The caller owns {@code [firstInclusive, endExclusive)}. */
    record Ids(long firstInclusive, long endExclusive) implements CatalogResult {}

    record Admitted(long storeId) implements CatalogResult {}

    /** Nothing was changed; the message says why and what to do. */
    record Refused(String message) implements CatalogResult {}
}
