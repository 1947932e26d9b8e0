package dev.cleave.region.store.state;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.Region;

/** What has been applied of one region here. Replaced, not changed, when a snapshot is installed. */
@OwnedBy("holder of the apply turn")
public final class AppliedRegion {
    private final long replicaId;
    private Region region;
    private long index;
    private long term;
    private boolean isRegionDirty;
    private boolean hasDataInBatch;
    private boolean isTouched;
    private long bytesWritten;

    public AppliedRegion(long replicaId, Region region, long index, long term) {
        this.replicaId = replicaId;
        this.region = region;
        this.index = index;
        this.term = term;
    }

    public long id() {
        return region.id();
    }

    public long replicaId() {
        return replicaId;
    }

    public Region region() {
        return region;
    }

    public long index() {
        return index;
    }

    public long term() {
        return term;
    }

    /** Whether somebody else holds what this replica holds. */
    public boolean hasOtherVoters() {
        return region.peers().stream().anyMatch(peer -> peer.isVoter() && peer.replicaId() != replicaId);
    }

    public LocalRegion local() {
        return new LocalRegion(region, replicaId);
    }

    public void advance(long toIndex, long toTerm) {
        index = toIndex;
        term = toTerm;
    }

    public void become(Region next) {
        region = next;
        isRegionDirty = true;
    }

    /** Whether this turn already knows the region; says yes from now on until {@link #turnEnded}. */
    public boolean touch() {
        boolean before = isTouched;
        isTouched = true;
        return before;
    }

    public boolean isRegionDirty() {
        return isRegionDirty;
    }

    /** Whether the open batch holds data of this region, so that reads of the engine would miss it. */
    public boolean hasDataInBatch() {
        return hasDataInBatch;
    }

    public void wroteData(long bytes) {
        hasDataInBatch = true;
        bytesWritten += bytes;
    }

    public void batchWritten() {
        hasDataInBatch = false;
    }

    public void turnEnded() {
        hasDataInBatch = false;
        isTouched = false;
        isRegionDirty = false;
    }

    /** Bytes written since the last call that returned at least {@code atLeast}, else 0. */
    public long takeBytesWritten(long atLeast) {
        if (bytesWritten < atLeast) {
            return 0;
        }
        long taken = bytesWritten;
        bytesWritten = 0;
        return taken;
    }
}
