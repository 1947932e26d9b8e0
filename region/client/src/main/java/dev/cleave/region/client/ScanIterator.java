package dev.cleave.region.client;

import dev.cleave.engine.base.KeyRange;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a scan of any length, page by page, with the next page on its way while this one is read. Each page has the client's
 * deadline for itself; a failed page throws its {@link CleaveException} from {@link #hasNext}. For one thread.
 */
public final class ScanIterator implements Iterator<KeyValue> {
    private final Calls calls;
    private final ScanRequest request;
    private Iterator<KeyValue> page = Collections.emptyIterator();
    private Calls.@Nullable Begun<ScanPage> ahead;
    private int rowsLeft;

    ScanIterator(Calls calls, ScanRequest request) {
        this.calls = calls;
        this.request = request;
        this.rowsLeft = request.limit();
        this.ahead = ask(request.range());
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext()) {
            Calls.Begun<ScanPage> next = ahead;
            if (next == null || rowsLeft <= 0) {
                return false;
            }
            ScanPage came = next.await();
            rowsLeft -= came.rows().size();
            Optional<KeyRange> rest = came.rest();
            ahead = rest.isPresent() && rowsLeft > 0 ? ask(rest.get()) : null;
            page = came.rows().iterator();
        }
        return true;
    }

    @Override
    public KeyValue next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the scan is at its end");
        }
        return page.next();
    }

    private Calls.Begun<ScanPage> ask(KeyRange range) {
        ScanRequest rest = request.over(range).limit(rowsLeft);
        return calls.scan(rest, true).beginWaiting();
    }
}
