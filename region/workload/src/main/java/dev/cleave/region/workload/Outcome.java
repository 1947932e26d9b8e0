package dev.cleave.region.workload;

import dev.cleave.region.protocol.KvResult;
import java.util.function.Function;

/** How an operation ended: there are three ways only. */
public sealed interface Outcome {
    /** It took effect, and this is the answer. */
    record Ok(KvResult result) implements Outcome {}

    /** It certainly had no effect and never will. */
    record NotApplied(String reason) implements Outcome {}

    /** A write may have taken effect, or may still; a read has no answer. */
    record Unknown(String reason) implements Outcome {}

    static Outcome ok(KvResult result) {
        return new Ok(result);
    }

    static Outcome notApplied(String reason) {
        return new NotApplied(reason);
    }

    static Outcome unknown(String reason) {
        return new Unknown(reason);
    }

    default <T> T match(
            Function<KvResult, ? extends T> ok,
            Function<String, ? extends T> notApplied,
            Function<String, ? extends T> unknown) {
        if (this instanceof Ok it) {
            return ok.apply(it.result());
        }
        if (this instanceof NotApplied it) {
            return notApplied.apply(it.reason());
        }
        return unknown.apply(((Unknown) this).reason());
    }
}
