package dev.cleave.region.gateway;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.http.HttpParts;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A scan as lines of JSON, one page of the store at a time: each part of the answer is a page, asked for when the client has taken the one before. The
 * last line is an end, or a failure that says where to ask on; after a failure the answer is broken off too, so that nobody takes it for whole.
 */
final class ScanStream implements HttpParts {
    /** Pairs of one part at most; a store's page is bounded in bytes as well. */
    static final int PAGE_PAIRS = 1_000;

    private enum Stage {
        ROWS,
        /** The last line has been given. */
        ENDED,
        /** A failure has been told. */
        BROKEN
    }

    private final KvAccess access;
    private final ScanQuery query;
    private Stage stage = Stage.ROWS;
    private Optional<KeyRange> rest;
    private int given;

    ScanStream(KvAccess access, ScanQuery query) {
        this.access = access;
        this.query = query;
        this.rest = query.isEmpty() ? Optional.empty() : Optional.of(query.range());
    }

    @Override
    public CompletableFuture<Optional<byte[]>> next() {
        return switch (stage) {
            case ENDED -> CompletableFuture.completedFuture(Optional.empty());
            case BROKEN ->
                CompletableFuture.failedFuture(new IllegalStateException("the scan failed; its client knows"));
            case ROWS -> page();
        };
    }

    /** The next page that has pairs; empty ones are passed over, for ranges may be empty for a long way. */
    private CompletableFuture<Optional<byte[]>> page() {
        if (rest.isEmpty() || given >= query.limit()) {
            stage = Stage.ENDED;
            String on = rest.map(range -> query.target(range, query.limit())).orElse(null);
            return CompletableFuture.completedFuture(Optional.of(KvJson.line(KvJson.end(given, on))));
        }
        return access.scan(rest.get(), Math.min(PAGE_PAIRS, query.limit() - given), query.isReverse())
                .handle((page, failure) -> failure == null ? took(page) : broken(rest.get(), failure))
                .thenCompose(part -> part.isPresent() ? CompletableFuture.completedFuture(part) : page());
    }

    private Optional<byte[]> took(KvAccess.Page page) {
        rest = page.rest();
        given += page.pairs().size();
        if (page.pairs().isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        page.pairs().forEach(pair -> lines.writeBytes(KvJson.line(KvJson.item(pair))));
        return Optional.of(lines.toByteArray());
    }

    private Optional<byte[]> broken(KeyRange at, Throwable failure) {
        stage = Stage.BROKEN;
        int more = query.limit() >= ScanQuery.STREAM_LIMIT_MAX ? query.limit() : query.limit() - given;
        return Optional.of(KvJson.line(KvJson.broken(Failures.words(failure), given, query.target(at, more))));
    }
}
