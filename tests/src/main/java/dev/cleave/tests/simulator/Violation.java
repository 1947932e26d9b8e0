package dev.cleave.tests.simulator;

import java.util.List;

/** Something that must always hold did not. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> trail;

    public Violation(String what) {
        super(what);
        trail = List.of();
    }

    public Violation(String what, Throwable cause) {
        super(what, cause);
        trail = List.of();
    }

    Violation(String what, Throwable cause, List<String> trail) {
        super(what, cause);
        this.trail = List.copyOf(trail);
    }

    /** What happened just before, line by line. */
    List<String> trail() {
        return trail;
    }
}
