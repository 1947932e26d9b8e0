package dev.cleave.region.store.gate;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.KvCommand;

/** Whether all that a command touches lies inside a region's range. */
record Inside(KeyRange range) implements KvCommand.Cases<Boolean> {
    @Override
    public Boolean onPut(KvCommand.Put put) {
        return range.contains(put.key());
    }

    @Override
    public Boolean onDelete(KvCommand.Delete delete) {
        return range.contains(delete.key());
    }

    @Override
    public Boolean onBatch(KvCommand.Batch batch) {
        for (KvCommand.Change change : batch.changes()) {
            if (!range.contains(change.key())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Boolean onDeleteRange(KvCommand.DeleteRange deleteRange) {
        return range.contains(deleteRange.range());
    }

    @Override
    public Boolean onCompareAndSet(KvCommand.CompareAndSet compareAndSet) {
        return range.contains(compareAndSet.key());
    }

    @Override
    public Boolean onGet(KvCommand.Get get) {
        return range.contains(get.key());
    }

    @Override
    public Boolean onBatchGet(KvCommand.BatchGet batchGet) {
        for (Key key : batchGet.keys()) {
            if (!range.contains(key)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Boolean onScan(KvCommand.Scan scan) {
        return range.contains(scan.range());
    }
}
