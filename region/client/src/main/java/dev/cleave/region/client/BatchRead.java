package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.KvResult.Pair;
import dev.cleave.region.protocol.Region;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Values of many keys, split by region. Absent keys are left out. */
final class BatchRead extends Operation<NavigableMap<Key, Value>> {
    private final List<Key> keys;
    private final NavigableMap<Key, Value> found = new TreeMap<>();
    private long resultBytes;

    /** @param keys in order, none twice, at least one */
    BatchRead(ClientCore core, CallSpec spec, Executor completions, List<Key> keys) {
        super(core, spec, completions);
        this.keys = keys;
    }

    @Override
    void addTasks() {
        add(new Part(keys));
    }

    @Override
    NavigableMap<Key, Value> result() {
        return found;
    }

    @Override
    long resultBytes() {
        return resultBytes;
    }

    private final class Part extends RegionTask {
        private List<Key> mine;

        Part(List<Key> mine) {
            super(BatchRead.this);
            this.mine = mine;
        }

        @Override
        Key position() {
            return mine.get(0);
        }

        @Override
        KvCommand commandFor(Region region) {
            int end = KeyOrder.firstOutside(mine, Function.identity(), region.range());
            if (end < mine.size()) {
                add(new Part(mine.subList(end, mine.size())));
                mine = mine.subList(0, end);
            }
            return new KvCommand.BatchGet(mine);
        }

        @Override
        boolean accept(Region region, KvCommand command, KvResult result) {
            if (!(result instanceof KvResult.Pairs page)
                    || (!page.isComplete() && page.pairs().isEmpty())) {
                return false;
            }
            int last = page.isComplete() ? mine.size() - 1 : placeOfLast(page);
            if (last < 0) {
                return false;
            }
            for (Pair pair : page.pairs()) {
                found.put(pair.key(), pair.value());
                resultBytes += pair.key().length() + pair.value().length();
            }
            if (last + 1 < mine.size()) {
                BatchRead.this.add(new Part(mine.subList(last + 1, mine.size())));
            }
            return true;
        }

        /** Where the last row of a page that is not complete stands among the keys; negative if it was not asked for. */
        private int placeOfLast(KvResult.Pairs page) {
            return Collections.binarySearch(
                    mine, page.pairs().get(page.pairs().size() - 1).key());
        }
    }
}
