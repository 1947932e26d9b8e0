package dev.cleave.region.protocol;

import dev.cleave.engine.base.KeyRange;

/**
 * A region that has lost its majority for good, and what becomes of it.
 *
 * @param storeId the store whose replica shall lead without the lost ones; 0 if no voter is left
 * @param replicaId that replica, 0 if there is none
 * @param commitIndex up to where it knows its log to be committed: this much was acknowledged
 * @param lastIndex up to where its log reaches: what lies between may or may not have been acknowledged, and is kept; whatever was acknowledged in
 *     its place is lost
 * @param text what may be lost, for people
 */
public record RecoveredRegion(
        long regionId, KeyRange range, long storeId, long replicaId, long commitIndex, long lastIndex, String text) {}
