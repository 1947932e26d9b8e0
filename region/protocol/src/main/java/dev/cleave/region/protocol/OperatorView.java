package dev.cleave.region.protocol;

import java.util.List;

/** A plan of the placement driver as people see it. */
public record OperatorView(
        long id, String kind, long regionId, State state, List<Step> steps, long ageMillis, String reason) {
    public OperatorView {
        steps = List.copyOf(steps);
    }

    /** One step: what it does and whether it is done. */
    public record Step(String description, boolean isDone) {}

    /** How a plan stands. */
    public enum State {
        RUNNING,
        DONE,
        CANCELLED,
        FAILED
    }
}
