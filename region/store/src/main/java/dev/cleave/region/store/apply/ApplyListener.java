package dev.cleave.region.store.apply;

import dev.cleave.region.store.state.LocalRegion;
import java.util.List;

/** Hears, on the apply agent at the end of a turn, what others should look at. Must not block. */
public interface ApplyListener {
    /** The region was divided; {@code born} are the pieces whose replicas begin to exist here. */
    void divided(long parent, List<LocalRegion> born);

    /** Much has been written to the region since this was last said. */
    void grown(long region);
}
