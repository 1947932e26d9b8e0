package dev.cleave.region.client;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Region;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A command on one key: get, put, delete, compare-and-set. */
final class PointOperation<R extends KvResult> extends Operation<R> {
    private final Key key;
    private final KvCommand command;
    private final Class<R> answer;
    private @Nullable R result;

    PointOperation(ClientCore core, CallSpec spec, Executor completions, Key key, KvCommand command, Class<R> answer) {
        super(core, spec, completions);
        this.key = key;
        this.command = command;
        this.answer = answer;
    }

    @Override
    void addTasks() {
        add(new PointTask());
    }

    @Override
    R result() {
        R known = result;
        if (known == null) {
            throw new IllegalStateException("no result yet");
        }
        return known;
    }

    private final class PointTask extends RegionTask {
        PointTask() {
            super(PointOperation.this);
        }

        @Override
        Key position() {
            return key;
        }

        @Override
        KvCommand commandFor(Region region) {
            return command;
        }

        @Override
        boolean accept(Region region, KvCommand sent, KvResult given) {
            Invariant.check(result == null, "one answer per call");
            if (!answer.isInstance(given)) {
                return false;
            }
            result = answer.cast(given);
            return true;
        }
    }
}
