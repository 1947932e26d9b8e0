package dev.cleave.region.workload;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One logical client: asks, waits for the answer, asks again, always through the same target. Answers arrive on any thread and are
 * stamped there, then handed to the owner.
 */
@OwnedBy("the load's timers")
final class LoadClient {
    private final LoadGenerator load;
    private final KvTarget target;
    private final CommandChooser commands;
    /** The number in the history; a new one after each unknown outcome. */
    private int number;
    /** Grows with every request, so that an answer nobody waits for any more is recognized. */
    private long request;

    private @Nullable Flight flight;
    private boolean isDone;

    private record Flight(long request, KvCommand command, int attempt, long historyId, long callNanos) {}

    LoadClient(LoadGenerator load, KvTarget target, CommandChooser commands) {
        this.load = load;
        this.target = target;
        this.commands = commands;
        this.number = load.nextClientNumber();
    }

    boolean isDone() {
        return isDone;
    }

    void next() {
        if (load.mayStartAnother()) {
            ask(commands.next(), 0);
        } else {
            done();
        }
    }

    /** Goes on without an answer that is overdue. */
    void giveUpIfOverdue(long nowNanos, long answerWithinNanos) {
        Flight lost = flight;
        if (lost != null && nowNanos - lost.callNanos() > answerWithinNanos) {
            unknown(lost, "no answer at all within " + answerWithinNanos / 1_000_000 + " ms", true, nowNanos);
        }
    }

    private void ask(KvCommand command, int attempt) {
        long callNanos = load.clock().nanos();
        long historyId = load.history() == null ? 0 : load.history().called(number, command, callNanos);
        if (load.history() != null && historyId == 0) {
            load.historyIsFull();
            done();
            return;
        }
        Flight mine = new Flight(++request, command, attempt, historyId, callNanos);
        flight = mine;
        CompletableFuture<Outcome> answer = target.ask(command);
        answer.whenComplete((outcome, error) -> {
            long returnNanos = load.clock().nanos();
            Outcome end = error == null ? outcome : Outcome.unknown(String.valueOf(error));
            load.timers().execute(() -> answered(mine, end, returnNanos));
        });
    }

    private void answered(Flight answered, Outcome outcome, long returnNanos) {
        Flight waiting = flight;
        if (waiting == null || waiting.request() != answered.request()) {
            return;
        }
        if (outcome instanceof Outcome.Ok ok) {
            ok(waiting, ok.result(), returnNanos);
        } else if (outcome instanceof Outcome.NotApplied not) {
            notApplied(waiting, not.reason(), returnNanos);
        } else if (outcome instanceof Outcome.Unknown unknown) {
            unknown(waiting, unknown.reason(), false, returnNanos);
        }
    }

    private void ok(Flight landed, KvResult result, long returnNanos) {
        flight = null;
        if (load.history() != null) {
            load.history().ended(landed.historyId(), result, returnNanos);
        }
        load.stats().ok(kindOf(landed.command()), returnNanos - landed.callNanos(), returnNanos);
        commands.learn(landed.command(), result);
        pauseThenNext();
    }

    private void notApplied(Flight refused, String reason, long returnNanos) {
        flight = null;
        if (load.history() != null) {
            load.history().notApplied(refused.historyId());
        }
        if (refused.attempt() < load.config().retriesMax() && !load.isStopping()) {
            load.stats().retried(reason, returnNanos);
            long backoffNanos = load.config().retryBackoff().toNanos();
            load.timers().schedule(backoffNanos, () -> ask(refused.command(), refused.attempt() + 1));
        } else {
            load.stats().failed(reason, returnNanos);
            pauseThenNext();
        }
    }

    private void unknown(Flight lost, String reason, boolean isHung, long nowNanos) {
        flight = null;
        if (load.history() != null) {
            load.history().unknown(lost.historyId());
        }
        load.stats().undetermined(reason, isHung, nowNanos);
        number = load.nextClientNumber();
        pauseThenNext();
    }

    private void pauseThenNext() {
        long thinkNanos = load.config().think().toNanos();
        if (thinkNanos == 0) {
            next();
        } else {
            load.timers().schedule(thinkNanos, this::next);
        }
    }

    private void done() {
        isDone = true;
        load.clientDone();
    }

    private static LoadStats.Kind kindOf(KvCommand command) {
        if (command instanceof KvCommand.Scan) {
            return LoadStats.Kind.SCAN;
        }
        return command.isWrite() ? LoadStats.Kind.WRITE : LoadStats.Kind.GET;
    }
}
