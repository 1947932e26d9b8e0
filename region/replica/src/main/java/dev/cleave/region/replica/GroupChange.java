package dev.cleave.region.replica;

import dev.cleave.region.raft.ConfChange;
import dev.cleave.region.raft.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What applying an entry changes about groups themselves, beyond data. */
public sealed interface GroupChange {
    /**
     * A configuration change entry was judged: the change to make, or null if the state machine refused it (alike on every replica).
     *
     * @param places where the group's replicas are, after the change
     */
    record Reconfigured(@Nullable ConfChange change, Places places) implements GroupChange {}

    /** An entry said who the members are, whoever they were before. */
    record Restated(Membership membership, Places places) implements GroupChange {}

    /** The group was divided: these replicas begin to exist here, with empty logs at {@link GroupStart#FIRST_INDEX}. */
    record Divided(List<GroupStart> children, Places parentPlaces) implements GroupChange {
        public Divided {
            children = List.copyOf(children);
        }
    }
}
