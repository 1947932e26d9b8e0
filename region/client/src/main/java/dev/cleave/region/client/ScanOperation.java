package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvCommand.Scan;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.KvResult.Pair;
import dev.cleave.region.protocol.KvResult.Pairs;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A scan, one page of one region after the other. What is left is kept as a range of keys, so a region that splits or moves between
 * two pages costs a question more, and never a row twice or not at all.
 */
final class ScanOperation extends Operation<ScanPage> {
    private final ScanRequest request;
    private final boolean isOnePage;
    private final List<KeyValue> rows = new ArrayList<>();
    private @Nullable KeyRange rest;
    private long resultBytes;

    /** @param isOnePage whether the first answer ends it, else the range's end or the limit does */
    ScanOperation(ClientCore core, CallSpec spec, Executor completions, ScanRequest request, boolean isOnePage) {
        super(core, spec, completions);
        this.request = request;
        this.isOnePage = isOnePage;
        this.rest = request.range();
    }

    @Override
    void addTasks() {
        add(new Page(request.range()));
    }

    @Override
    ScanPage result() {
        return new ScanPage(rows, Optional.ofNullable(rest));
    }

    @Override
    long resultBytes() {
        return resultBytes;
    }

    private final class Page extends RegionTask {
        private final KeyRange range;

        Page(KeyRange range) {
            super(ScanOperation.this);
            this.range = range;
        }

        @Override
        Key position() {
            return request.isReverse() ? KeyOrder.highestBelow(range.endExclusive()) : range.startInclusive();
        }

        @Override
        KvCommand commandFor(Region region) {
            int limit = Math.min(request.limit() - rows.size(), KvCommand.SCAN_LIMIT_MAX);
            KeyRange asked = KeyOrder.shared(range, region.range());
            return new Scan(asked, limit, core.config().scanPageBytes(), request.isReverse(), request.isKeysOnly());
        }

        @Override
        boolean accept(Region region, KvCommand command, KvResult result) {
            if (!(command instanceof Scan scan) || !(result instanceof Pairs page) || !isPageOf(scan, page)) {
                return false;
            }
            for (Pair pair : page.pairs()) {
                rows.add(new KeyValue(pair.key(), pair.value()));
                resultBytes += pair.key().length() + pair.value().length();
            }
            KeyRange left = request.isReverse() ? leftBelow(scan, page) : leftAbove(scan, page);
            rest = left;
            if (left == null || isOnePage || rows.size() >= request.limit()) {
                return true;
            }
            ScanOperation.this.add(new Page(left));
            return true;
        }

        private @Nullable KeyRange leftAbove(Scan scan, Pairs page) {
            Key next =
                    page.isComplete() ? scan.range().endExclusive() : last(page).next();
            boolean isAtEnd = next.isEmpty() || (range.hasEnd() && next.compareTo(range.endExclusive()) >= 0);
            return isAtEnd ? null : KeyRange.of(next, range.endExclusive());
        }

        private @Nullable KeyRange leftBelow(Scan scan, Pairs page) {
            Key end = page.isComplete() ? scan.range().startInclusive() : last(page);
            return end.compareTo(range.startInclusive()) <= 0 ? null : KeyRange.of(range.startInclusive(), end);
        }
    }

    /** Whether the rows lie in the range asked for, in strict order, and the page goes forward. */
    private static boolean isPageOf(Scan scan, Pairs page) {
        if (page.pairs().isEmpty()) {
            return page.isComplete();
        }
        Key before = null;
        for (Pair pair : page.pairs()) {
            int step = before == null ? 0 : pair.key().compareTo(before);
            boolean isInOrder = before == null || (scan.isReverse() ? step < 0 : step > 0);
            if (!isInOrder || !scan.range().contains(pair.key())) {
                return false;
            }
            before = pair.key();
        }
        return page.pairs().size() <= scan.limit();
    }

    private static Key last(Pairs page) {
        return page.pairs().get(page.pairs().size() - 1).key();
    }
}
