package dev.cleave.region.workload;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Scans a range back, page by page, and compares it with what should be there; both come in the order of keys, so neither side is
 * ever held whole. To be used after the load has ended. Runs on the timers it is given; verify once.
 */
public final class Verifier {
    private static final int PAGE_BYTES_MAX = 1 << 20;
    private static final int EXAMPLES_MAX = 10;

    private final Config config;
    private final KvTarget target;
    private final Timers timers;
    private final KeyRange range;
    private final Iterator<KvResult.Pair> expected;
    private final LongConsumer progress;
    private final AtomicBoolean isStarted = new AtomicBoolean();
    private final CompletableFuture<Report> ended = new CompletableFuture<>();

    // Touched on the timers' thread only.
    private final List<String> examples = new ArrayList<>();
    private KvResult.@Nullable Pair awaited;
    private @Nullable Key lastSeen;
    private long matched;
    private long missing;
    private long different;
    private long unexpected;

    /**
     * @param pageLimit pairs per page
     * @param attemptsMax how often one page is tried in all
     * @param backoff pause before a page is tried again
     */
    public record Config(int pageLimit, int attemptsMax, Duration backoff) {
        public Config {
            if (pageLimit <= 0 || pageLimit > KvCommand.SCAN_LIMIT_MAX || attemptsMax <= 0 || backoff.isNegative()) {
                throw new IllegalArgumentException(
                        "a page has 1 to " + KvCommand.SCAN_LIMIT_MAX + " pairs and is tried at least once");
            }
        }

        public static Config defaults() {
            return new Config(1000, 20, Duration.ofMillis(250));
        }
    }

    /**
     * What the comparison found.
     *
     * @param examples the first few differences, in words
     */
    public record Report(long matched, long missing, long different, long unexpected, List<String> examples) {
        public Report {
            examples = List.copyOf(examples);
        }

        public boolean isClean() {
            return missing == 0 && different == 0 && unexpected == 0;
        }

        @Override
        public String toString() {
            String counts = matched + " as expected, " + missing + " missing, " + different + " different, "
                    + unexpected + " unexpected";
            return examples.isEmpty() ? counts : counts + "\n  " + String.join("\n  ", examples);
        }
    }

    /** The range could not be read back; the message says where and why. */
    public static final class VerifyFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        VerifyFailed(String message) {
            super(message);
        }
    }

    /**
     * @param expected all that should be in {@code range}, ascending
     * @param progress hears after each page how many pairs were read
     */
    public Verifier(
            Config config,
            KvTarget target,
            Timers timers,
            KeyRange range,
            Iterator<KvResult.Pair> expected,
            LongConsumer progress) {
        this.config = config;
        this.target = target;
        this.timers = timers;
        this.range = range;
        this.expected = expected;
        this.progress = progress;
    }

    public static Verifier of(Dataset dataset, KvTarget target, Timers timers) {
        return new Verifier(
                Config.defaults(), target, timers, dataset.keySpace().range(), dataset.pairs(), count -> {});
    }

    public static Verifier of(NavigableMap<Key, Value> expected, KeyRange range, KvTarget target, Timers timers) {
        Iterator<KvResult.Pair> pairs = expected.entrySet().stream()
                .map(entry -> new KvResult.Pair(entry.getKey(), entry.getValue()))
                .iterator();
        return new Verifier(Config.defaults(), target, timers, range, pairs, count -> {});
    }

    /** Ends with the report, or exceptionally with {@link VerifyFailed}. */
    @AnyThread
    public CompletableFuture<Report> verify() {
        if (!isStarted.compareAndSet(false, true)) {
            throw new IllegalStateException("this verifier has run before; make another one");
        }
        timers.execute(() -> {
            awaited = nextExpected();
            ask(range.startInclusive(), 1);
        });
        return ended.copy();
    }

    private void ask(Key from, int attempt) {
        KvCommand.Scan page = new KvCommand.Scan(
                KeyRange.of(from, range.endExclusive()), config.pageLimit(), PAGE_BYTES_MAX, false, false);
        target.ask(page).whenComplete((outcome, error) -> {
            Outcome end = error == null ? outcome : Outcome.unknown(String.valueOf(error));
            timers.execute(() -> answered(from, attempt, end));
        });
    }

    private void answered(Key from, int attempt, Outcome outcome) {
        if (outcome instanceof Outcome.Ok ok && ok.result() instanceof KvResult.Pairs pairs) {
            pairs.pairs().forEach(this::compare);
            progress.accept(matched + different + unexpected);
            turnPage(from, pairs);
            return;
        }
        String reason = outcome.match(other -> "an answer that is no scan: " + other, not -> not, unknown -> unknown);
        if (attempt >= config.attemptsMax()) {
            fail("reading from " + from + " failed " + attempt + " times, last because of: " + reason);
        } else {
            timers.schedule(config.backoff().toNanos(), () -> ask(from, attempt + 1));
        }
    }

    private void turnPage(Key asked, KvResult.Pairs page) {
        boolean isLast = page.isComplete() && page.pairs().size() < config.pageLimit();
        Key from = lastSeen == null ? range.startInclusive() : lastSeen.next();
        boolean isAtEnd = range.hasEnd() && from.compareTo(range.endExclusive()) >= 0;
        if (isLast || isAtEnd) {
            while (awaited != null) {
                isMissing(awaited);
            }
            ended.complete(new Report(matched, missing, different, unexpected, examples));
        } else if (from.compareTo(asked) <= 0) {
            fail("a page from " + asked + " did not lead on, and was not the last one");
        } else {
            ask(from, 1);
        }
    }

    private void compare(KvResult.Pair found) {
        if (lastSeen != null && found.key().compareTo(lastSeen) <= 0) {
            unexpected++;
            example("out of order: " + found.key() + " after " + lastSeen);
            return;
        }
        lastSeen = found.key();
        while (awaited != null && awaited.key().compareTo(found.key()) < 0) {
            isMissing(awaited);
        }
        if (awaited == null || !awaited.key().equals(found.key())) {
            unexpected++;
            example("unexpected: " + found.key() + " = " + found.value());
            return;
        }
        if (awaited.value().equals(found.value())) {
            matched++;
        } else {
            different++;
            example("different: " + found.key() + " = " + found.value() + " instead of " + awaited.value());
        }
        awaited = nextExpected();
    }

    private void isMissing(KvResult.Pair pair) {
        missing++;
        example("missing: " + pair.key() + " = " + pair.value());
        awaited = nextExpected();
    }

    private KvResult.@Nullable Pair nextExpected() {
        return expected.hasNext() ? expected.next() : null;
    }

    private void example(String text) {
        if (examples.size() < EXAMPLES_MAX) {
            examples.add(text);
        }
    }

    private void fail(String why) {
        ended.completeExceptionally(new VerifyFailed(why + " (so far: " + matched + " as expected, " + missing
                + " missing, " + different + " different, " + unexpected + " unexpected)"));
    }
}
