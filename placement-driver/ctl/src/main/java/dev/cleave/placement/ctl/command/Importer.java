package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.NotAppliedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines in batches, a bounded number of them in flight. A key is never in two batches at once, so that of several lines with one key the
 * last one wins. What was certainly not applied is sent again; what may have been is counted and named.
 */
final class Importer {
    private static final int BATCH_PAIRS_MAX = 500;
    private static final long BATCH_BYTES_MAX = 512 << 10;
    private static final int IN_FLIGHT_MAX = 8;
    private static final int TRIES_MAX = 10;
    private static final Duration BACKOFF = Duration.ofMillis(300);
    private static final int NAMED_MAX = 100;

    private final Function<Map<Key, Value>, CompletableFuture<Void>> write;
    private final Consumer<Duration> pause;
    private final Consumer<String> notes;
    private final Consumer<Count> progress;
    private final Deque<Batch> flying = new ArrayDeque<>();
    private final Set<Key> keysFlying = new HashSet<>();
    private Batch filling = new Batch();
    private long lines;
    private long imported;
    private long bad;
    private long undetermined;
    private long bytes;
    private long certainLine;
    private boolean isCertain = true;

    /**
     * @param write writes pairs; fails with a {@link CleaveException}
     * @param notes takes the lines about bad lines
     * @param progress called after each batch
     */
    Importer(
            Function<Map<Key, Value>, CompletableFuture<Void>> write,
            Consumer<Duration> pause,
            Consumer<String> notes,
            Consumer<Count> progress) {
        this.write = write;
        this.pause = pause;
        this.notes = notes;
        this.progress = progress;
    }

    /**
     * How far it is.
     *
     * @param lines lines read
     * @param imported lines certainly written
     * @param undetermined lines that may have been written
     */
    record Count(long lines, long imported, long bad, long undetermined, long bytes) {}

    /** The line up to which everything is certainly written, or was bad. */
    long certainLine() {
        return certainLine;
    }

    Count count() {
        return new Count(lines, imported, bad, undetermined, bytes);
    }

    /**
     * Writes all lines.
     *
     * @throws CommandFailure if a batch could not be written after several tries; names its lines
     */
    Count run(PairLines in) throws IOException {
        PairLine line;
        while ((line = in.next()) != null) {
            lines++;
            if (line.problem() != null) {
                refuse(line, line.problem());
            } else {
                filling.add(line);
                if (filling.isFull()) {
                    send();
                }
            }
        }
        send();
        while (!flying.isEmpty()) {
            landOldest();
        }
        return count();
    }

    private void refuse(PairLine line, String problem) {
        bad++;
        if (bad <= NAMED_MAX) {
            notes.accept("line " + line.number() + ": " + problem);
        } else if (bad == NAMED_MAX + 1) {
            notes.accept("further bad lines are only counted");
        }
    }

    private void send() {
        Batch batch = filling;
        if (batch.pairs.isEmpty()) {
            return;
        }
        filling = new Batch();
        while (flying.size() >= IN_FLIGHT_MAX || batch.pairs.keySet().stream().anyMatch(keysFlying::contains)) {
            landOldest();
        }
        keysFlying.addAll(batch.pairs.keySet());
        batch.answer = write.apply(batch.pairs);
        flying.add(batch);
    }

    private void landOldest() {
        Batch batch = flying.remove();
        CleaveException failed = failure(batch);
        for (int tries = 1; failed instanceof NotAppliedException && tries < TRIES_MAX; tries++) {
            pause.accept(BACKOFF);
            batch.answer = write.apply(batch.pairs);
            failed = failure(batch);
        }
        keysFlying.removeAll(batch.pairs.keySet());
        if (failed == null) {
            imported += batch.lines;
            bytes += batch.bytes;
            certainLine = isCertain ? batch.lastLine : certainLine;
        } else if (failed.outcomeUnknown()) {
            undetermined += batch.lines;
            isCertain = false;
            notes.accept(batch + " MAY have been written: " + failed.getMessage());
        } else {
            throw gaveUp(batch, failed);
        }
        progress.accept(count());
    }

    private CommandFailure gaveUp(Batch batch, CleaveException failed) {
        boolean isUnreachable =
                failed instanceof NotAppliedException not && not.reason() == NotAppliedException.Reason.UNAVAILABLE;
        return new CommandFailure(
                isUnreachable ? ExitCode.UNREACHABLE : ExitCode.FAILED,
                "imported " + imported + " lines, then gave up at " + batch + ": " + failed.getMessage()
                        + "\n  Lines behind these may or may not be written; importing the file again does no harm.");
    }

    private static @Nullable CleaveException failure(Batch batch) {
        try {
            batch.answer.join();
            return null;
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof CleaveException known) {
                return known;
            }
            throw new IllegalStateException("writing " + batch + " failed inside the client", failed.getCause());
        }
    }

    /** Some lines on their way. */
    private static final class Batch {
        private final TreeMap<Key, Value> pairs = new TreeMap<>();
        private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
        private long firstLine;
        private long lastLine;
        private long lines;
        private long bytes;

        void add(PairLine line) {
            firstLine = lines == 0 ? line.number() : firstLine;
            lastLine = line.number();
            lines++;
            bytes += line.bytes();
            pairs.put(Key.own(line.key()), Value.own(line.value()));
        }

        boolean isFull() {
            return lines >= BATCH_PAIRS_MAX || bytes >= BATCH_BYTES_MAX;
        }

        @Override
        public String toString() {
            return firstLine == lastLine ? "line " + firstLine : "lines " + firstLine + "–" + lastLine;
        }
    }
}
