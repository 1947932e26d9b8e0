package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.List;
import java.util.Objects;

/** Tries every order of every subset, with nothing clever about it. One key, a handful of operations. */
final class BruteForce {
    private final List<Operation> operations;

    private BruteForce(List<Operation> operations) {
        this.operations = operations;
    }

    static boolean isLinearizable(List<Operation> operations) {
        return new BruteForce(operations).canFinish(0, null);
    }

    private boolean canFinish(int placed, Value state) {
        boolean isDone = true;
        for (int i = 0; i < operations.size(); i++) {
            isDone &= operations.get(i).isUnknown() || (placed & 1 << i) != 0;
        }
        if (isDone) {
            return true;
        }
        for (int i = 0; i < operations.size(); i++) {
            boolean mayComeNext = (placed & 1 << i) == 0 && !mustWait(i, placed);
            if (mayComeNext
                    && isLegal(operations.get(i), state)
                    && canFinish(placed | 1 << i, after(operations.get(i), state))) {
                return true;
            }
        }
        return false;
    }

    private boolean mustWait(int candidate, int placed) {
        for (int i = 0; i < operations.size(); i++) {
            if ((placed & 1 << i) == 0
                    && operations.get(i).returnNanos()
                            < operations.get(candidate).callNanos()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLegal(Operation operation, Value state) {
        if (operation.result() instanceof KvResult.Found found) {
            return Objects.equals(found.value(), state);
        }
        if (operation.result() instanceof KvResult.Compared compared
                && operation.command() instanceof KvCommand.CompareAndSet cas) {
            boolean matches = Objects.equals(cas.expected(), state);
            return compared.isSet() == matches && (compared.isSet() || Objects.equals(compared.previous(), state));
        }
        return true;
    }

    private static Value after(Operation operation, Value state) {
        KvCommand command = operation.command();
        if (command instanceof KvCommand.Put put) {
            return put.value();
        }
        if (command instanceof KvCommand.Delete) {
            return null;
        }
        if (command instanceof KvCommand.CompareAndSet cas) {
            return Objects.equals(cas.expected(), state) ? cas.next() : state;
        }
        return state;
    }
}
