package dev.cleave.region.store.split;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.GroupChange;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.replica.Places;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.Memberships;
import dev.cleave.region.store.state.RegionStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides a region in one batch: the parent's new descriptor, each child's descriptor and initial applied state. Nothing of the children's
 * Raft state is written here: that is the child group's alone.
 */
@OwnedBy("apply agent")
public final class SplitApply {
    private static final Logger LOG = LoggerFactory.getLogger(SplitApply.class);

    private final long storeId;
    private final RegionStates states;
    private final ChildBirths births;

    public SplitApply(long storeId, RegionStates states, ChildBirths births) {
        this.storeId = storeId;
        this.states = states;
        this.births = births;
    }

    /** What a division did here. */
    public record Divided(GroupChange.Divided change, List<AppliedRegion> born) {}

    /** Divides {@code parent} into {@code division}, which was judged to be legal. */
    public Divided divide(AppliedRegion parent, Division division, KvBatch batch) {
        parent.become(division.parent());
        List<AppliedRegion> born = new ArrayList<>();
        List<GroupStart> starts = new ArrayList<>();
        for (Region child : division.children()) {
            Optional<Peer> here = child.peerOn(storeId);
            if (here.isEmpty()) {
                continue; // This replica was removed and is about to go; the piece's data goes with what nobody owns.
            }
            AppliedRegion state =
                    new AppliedRegion(here.get().replicaId(), child, GroupStart.FIRST_INDEX, GroupStart.FIRST_TERM);
            ChildBirths.Birth birth = births.claim(state);
            if (birth == ChildBirths.Birth.SKIPPED) {
                LOG.info(
                        "event=child-skipped region={} replica={} range={}",
                        child.id(),
                        state.replicaId(),
                        child.range());
                batch.deleteRange(Family.DATA, DataKeys.toData(child.range()));
                continue;
            }
            states.put(state);
            RegionStates.writeRegion(batch, state);
            RegionStates.writeApplied(batch, state);
            if (birth == ChildBirths.Birth.BORN) {
                born.add(state);
                starts.add(start(state));
            }
        }
        LOG.info(
                "event=split region={} epoch={} index={} children={}",
                parent.id(),
                parent.region().epoch(),
                parent.index(),
                division.children().stream().map(Region::id).toList());
        return new Divided(new GroupChange.Divided(starts, Places.of(division.parent())), born);
    }

    /** How the host begins (or resumes) the replica whose state this is. */
    public static GroupStart start(AppliedRegion state) {
        return new GroupStart(
                state.id(),
                state.replicaId(),
                Memberships.of(state.region()),
                Places.of(state.region()),
                state.index(),
                state.term());
    }
}
