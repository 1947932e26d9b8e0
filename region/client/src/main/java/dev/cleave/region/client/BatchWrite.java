package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvCommand.Change;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Region;
import java.util.List;
import java.util.concurrent.Executor;

/** Puts and deletes of many keys, split by region; each region's part is atomic. */
final class BatchWrite extends Operation<KvResult.Done> {
    private final List<Change> changes;

    /** @param changes in key order, no key twice, at least one */
    BatchWrite(ClientCore core, CallSpec spec, Executor completions, List<Change> changes) {
        super(core, spec, completions);
        this.changes = changes;
    }

    @Override
    void addTasks() {
        add(new Part(changes));
    }

    @Override
    KvResult.Done result() {
        return new KvResult.Done();
    }

    private final class Part extends RegionTask {
        private List<Change> mine;

        Part(List<Change> mine) {
            super(BatchWrite.this);
            this.mine = mine;
        }

        @Override
        Key position() {
            return mine.get(0).key();
        }

        @Override
        KvCommand commandFor(Region region) {
            int end = KeyOrder.firstOutside(mine, Change::key, region.range());
            if (end < mine.size()) {
                add(new Part(mine.subList(end, mine.size())));
                mine = mine.subList(0, end);
            }
            return new KvCommand.Batch(mine);
        }

        @Override
        boolean accept(Region region, KvCommand command, KvResult result) {
            return result instanceof KvResult.Done;
        }
    }
}
