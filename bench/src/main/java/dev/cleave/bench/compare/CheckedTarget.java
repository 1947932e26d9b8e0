package dev.cleave.bench.compare;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import dev.cleave.region.workload.rate.RateKeys;
import java.util.concurrent.CompletableFuture;

/** Whoever answers fast because it did not find what was there has failed: a get that finds nothing, a scan of fewer pairs than there are. */
final class CheckedTarget implements KvTarget {
    private static final int DIGITS = 12;
    private static final Outcome MISSING = Outcome.notApplied("a key that was written is missing");

    private final KvTarget target;

    CheckedTarget(KvTarget target) {
        this.target = target;
    }

    @Override
    public CompletableFuture<Outcome> ask(KvCommand command) {
        return command.isWrite()
                ? target.ask(command)
                : target.ask(command).thenApply(outcome -> judged(command, outcome));
    }

    private static Outcome judged(KvCommand command, Outcome outcome) {
        if (outcome instanceof Outcome.Ok ok) {
            if (ok.result() instanceof KvResult.Found found && found.value() == null) {
                return MISSING;
            }
            if (ok.result() instanceof KvResult.Pairs pairs && command instanceof KvCommand.Scan scan) {
                return pairs.pairs().size() == expected(scan) ? outcome : MISSING;
            }
        }
        return outcome;
    }

    private static long expected(KvCommand.Scan scan) {
        return Math.min(
                scan.limit(),
                number(scan.range().endExclusive()) - number(scan.range().startInclusive()));
    }

    /** Reads back what {@link RateKeys} wrote. */
    private static long number(Key key) {
        byte[] bytes = key.bytes();
        long number = 0;
        for (int i = bytes.length - DIGITS; i < bytes.length; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }
}
