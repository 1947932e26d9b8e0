package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Region;
import java.util.concurrent.Executor;

/** Deletes a range, split by region; each region's part is atomic. */
final class RangeDelete extends Operation<KvResult.Done> {
    private final KeyRange range;

    RangeDelete(ClientCore core, CallSpec spec, Executor completions, KeyRange range) {
        super(core, spec, completions);
        this.range = range;
    }

    @Override
    void addTasks() {
        add(new Part(range));
    }

    @Override
    KvResult.Done result() {
        return new KvResult.Done();
    }

    private final class Part extends RegionTask {
        private KeyRange mine;

        Part(KeyRange mine) {
            super(RangeDelete.this);
            this.mine = mine;
        }

        @Override
        Key position() {
            return mine.startInclusive();
        }

        @Override
        KvCommand commandFor(Region region) {
            if (!region.range().contains(mine)) {
                add(new Part(KeyRange.of(region.range().endExclusive(), mine.endExclusive())));
                mine = KeyOrder.shared(mine, region.range());
            }
            return new KvCommand.DeleteRange(mine);
        }

        @Override
        boolean accept(Region region, KvCommand command, KvResult result) {
            return result instanceof KvResult.Done;
        }
    }
}
