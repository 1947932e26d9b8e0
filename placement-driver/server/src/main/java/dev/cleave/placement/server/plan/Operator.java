package dev.cleave.placement.server.plan;

import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.Region;
import java.util.List;
import java.util.TreeSet;

/**
 * A plan for one region, as it stands in the log: created once, finished once. What is done meanwhile is never stored but seen.
 *
 * @param baseline the region as it was when the plan was made
 * @param reason who wanted it while it runs; how it ended afterwards
 */
public record Operator(
        long id,
        Kind kind,
        Region baseline,
        List<Step> steps,
        long createdWallMillis,
        OperatorView.State state,
        String reason) {
    public Operator {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("an operator has at least one step");
        }
    }

    /** What the plan is for. */
    public enum Kind {
        MOVE_PEER("move-peer"),
        ADD_PEER("add-peer"),
        REMOVE_PEER("remove-peer"),
        TRANSFER_LEADER("transfer-leader"),
        SPLIT("split");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    public long regionId() {
        return baseline.id();
    }

    public boolean isRunning() {
        return state == OperatorView.State.RUNNING;
    }

    public Operator ended(OperatorView.State end, String why) {
        return new Operator(id, kind, baseline, steps, createdWallMillis, end, why);
    }

    /** All replicas whose membership the plan changes, in ascending order. */
    TreeSet<Long> replicas() {
        TreeSet<Long> all = new TreeSet<>();
        steps.forEach(step -> all.addAll(step.replicas()));
        return all;
    }
}
