package dev.cleave.tests.simulator;

import java.util.List;

/** Something that must always hold did not. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Scene scene;

    public Violation(String what) {
        super(what);
        scene = Scene.UNSEEN;
    }

    public Violation(String what, Throwable cause) {
        super(what, cause);
        scene = Scene.UNSEEN;
    }

    Violation(String what, Throwable cause, Scene scene) {
        super(what, cause);
        this.scene = scene;
    }

    /** Where and among what it happened. */
    Scene scene() {
        return scene;
    }

    /**
     * What the run was like when it happened.
     *
     * @param sinceNanos when the invariants were last looked at and held; the failure came between then and {@code nanos}
     * @param troubleSeconds how many seconds of trouble there had been
     * @param acts what the nemesis had done
     * @param events the last events of the world
     * @param trail what the code and the nemesis had told
     */
    record Scene(
            long sinceNanos,
            long nanos,
            int troubleSeconds,
            List<Nemesis.Act> acts,
            List<String> events,
            List<String> trail) {
        static final Scene UNSEEN = new Scene(0, 0, 0, List.of(), List.of(), List.of());
    }

    /** What kind of failure this is: the same for two runs that fail the same way, whichever their numbers and names. */
    static String kind(String what) {
        String first = what.lines().findFirst().orElse("").split("; ", 2)[0];
        String plain = first.replaceAll("\\w*\\d\\w*", "#").replaceAll("#(, #)+", "#");
        return plain.length() > KIND_CHARS ? plain.substring(0, KIND_CHARS) : plain;
    }

    private static final int KIND_CHARS = 100;
}
