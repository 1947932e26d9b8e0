package dev.cleave.region.store.apply;

import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.LocalRegion;
import java.util.List;

/** Hears, on the apply agent, at the end of a turn unless said otherwise, what others should look at. Must not block. */
public interface ApplyListener {
    /** The region was divided; {@code born} are the pieces whose replicas begin to exist here. */
    void divided(long parent, List<LocalRegion> born);

    /** A check entry was applied: {@code view} is the engine as of its index, the listener's to close. Called between two entries of a turn. */
    void checkDue(AppliedRegion region, long checkId, KvSnapshot view);

    /** An entry was judged by this wall time, in milliseconds. Called between two entries. */
    void judgedBy(long millis);

    /** A value that is gone from {@code expiryMillis} on was written to the region. Called between two entries. */
    void expires(long region, long expiryMillis);

    /** Much has been written to the region since this was last said. */
    void grown(long region);
}
