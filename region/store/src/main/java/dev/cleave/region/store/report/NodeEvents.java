package dev.cleave.region.store.report;

import dev.cleave.region.control.FromPlacement.Registered;
import dev.cleave.region.control.ToPlacement.RegisterStore;

/** The node as the control agent sees it. All calls come from the control agent and may block for one small write. */
public interface NodeEvents {
    /** Who this node is, as far as it knows. */
    RegisterStore greeting();

    /** The placement driver has accepted this node. */
    void registered(Registered answer);

    /** The placement driver refuses this node for good. */
    void rejected(String message);

    /** Whether this store still leads regions that others could lead. */
    boolean hasMovableLeaders();

    void moveLeadersAway();

    /** From now on requests are refused, so that those under way can be waited for. */
    void stopAdmitting();

    /** Whether requests that were taken in wait for their answers. */
    boolean hasRequestsInFlight();
}
