package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import dev.cleave.region.control.FromPlacement.SplitIds;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A split checked against the region as it is now: either a command or why not. Pure. */
public record SplitPlan(@Nullable SplitCommand command, String refusal) {
    public static SplitPlan of(Region region, List<Key> keys, List<SplitIds.Piece> ids) {
        if (keys.isEmpty() || keys.size() != ids.size() || keys.size() > SplitCommand.PIECES_MAX) {
            return new SplitPlan(
                    null,
                    "a split needs 1 to " + SplitCommand.PIECES_MAX + " keys and ids for each, not " + keys.size()
                            + " and " + ids.size());
        }
        List<SplitCommand.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            pieces.add(new SplitCommand.Piece(
                    keys.get(i), ids.get(i).regionId(), ids.get(i).replicaIds()));
        }
        SplitCommand command = new SplitCommand(region.epoch(), pieces);
        Optional<String> problem = Division.problem(region, command);
        return problem.isPresent() ? new SplitPlan(null, problem.get()) : new SplitPlan(command, "");
    }
}
