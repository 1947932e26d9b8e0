package dev.cleave.placement.server.plan;

import dev.cleave.region.control.FromPlacement.Action;
import org.jspecify.annotations.Nullable;

/**
 * What a step says after a look at the region.
 *
 * @param action present for {@link Kind#SEND} alone
 * @param text why it waits or is broken, for people
 */
public record Verdict(Kind kind, @Nullable Action action, String text) {
    private static final Verdict DONE = new Verdict(Kind.DONE, null, "");

    /** The four answers. */
    public enum Kind {
        /** The region shows that the step is done. */
        DONE,
        /** Under way; nothing to send. */
        WAIT,
        /** The leader must be told (again). */
        SEND,
        /** It can never be done any more. */
        BROKEN
    }

    static Verdict done() {
        return DONE;
    }

    static Verdict waiting(String why) {
        return new Verdict(Kind.WAIT, null, why);
    }

    static Verdict send(Action action) {
        return new Verdict(Kind.SEND, action, "");
    }

    static Verdict broken(String why) {
        return new Verdict(Kind.BROKEN, null, why);
    }
}
