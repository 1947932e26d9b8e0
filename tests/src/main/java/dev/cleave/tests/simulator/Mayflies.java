package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that writes values with a short life to keys that nobody else uses, one operation after the other. Clocks are set forwards and back under it, so when a value goes is not judged; but it is
 * the one written or none, and once a compare-and-set has called it gone it is never seen again, by whichever leader. After an unknown outcome a key is left alone.
 */
final class Mayflies {
    private static final int TTL_MILLIS_MAX = 4_000;
    private static final Value NEVER = Value.utf8("never");

    private final Machine machine;
    private final KvTarget target;
    private final Randomness randomness;
    private final long thinkNanos;
    private final Consumer<String> rare;
    private int keys;
    private int values;
    private Key key;
    /** What was written last, until it was called gone. */
    private @Nullable Value alive;

    private boolean isStopping;
    private boolean isWaiting;

    Mayflies(Machine machine, KvTarget target, long thinkNanos, Consumer<String> rare) {
        this.machine = machine;
        this.target = target;
        this.randomness = machine.randomness().fork();
        this.thinkNanos = thinkNanos;
        this.rare = rare;
        key = freshKey();
    }

    /** Above all keys of the load. */
    private Key freshKey() {
        return Key.utf8("mayfly-" + machine.name() + "-" + keys++);
    }

    void start() {
        machine.execute(this::next);
    }

    void stop() {
        isStopping = true;
    }

    boolean hasEnded() {
        return isStopping && !isWaiting;
    }

    private void next() {
        if (isStopping) {
            return;
        }
        KvCommand command = choose();
        isWaiting = true;
        target.ask(command).whenComplete((outcome, error) -> {
            isWaiting = false;
            if (outcome instanceof Outcome.Ok ok) {
                judge(command, ok.result());
            } else if (!(outcome instanceof Outcome.NotApplied)) {
                key = freshKey();
                alive = null;
            }
            machine.schedule(thinkNanos, this::next);
        });
    }

    private KvCommand choose() {
        long ttlMillis = randomness.between(1, TTL_MILLIS_MAX);
        return switch ((int) randomness.below(5)) {
            case 0 -> new KvCommand.Put(key, fresh(), ttlMillis);
            case 1 -> new KvCommand.CompareAndSet(key, null, fresh(), ttlMillis);
            case 2 -> new KvCommand.CompareAndSet(key, NEVER, null);
            default -> new KvCommand.Get(key);
        };
    }

    private Value fresh() {
        return Value.utf8("fly-" + ++values);
    }

    private void judge(KvCommand command, KvResult result) {
        if (command instanceof KvCommand.Put put) {
            alive = put.value();
        } else if (command instanceof KvCommand.CompareAndSet cas) {
            KvResult.Compared compared = (KvResult.Compared) result;
            check(compared.previous());
            if (compared.previous() == null) {
                rare.accept(alive == null ? "mayfly-absent" : "mayfly-called-gone");
                alive = compared.isSet() ? cas.next() : null;
            } else if (compared.isSet()) {
                throw new Violation(key + " was set although it held " + compared.previous());
            }
        } else {
            check(((KvResult.Found) result).value());
        }
    }

    private void check(@Nullable Value seen) {
        if (seen != null && (alive == null || !seen.equals(alive))) {
            throw new Violation(key + " holds " + seen
                    + ", which had gone for good; last written there and not called gone is " + alive);
        }
    }
}
