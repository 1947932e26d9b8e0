package dev.cleave.tests.processes;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keys that count: each is written 1, 2, 3 and so on by one writer at a time, so that a single read tells whether something that was
 * acknowledged is lost. A key whose last write ended without an answer rests until the next {@link #check}.
 */
final class Ledger implements AutoCloseable {
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(3);
    private static final Duration READ_LIMIT = Duration.ofSeconds(30);
    private static final int KEYS_PER_WRITER = 8;

    private final CleaveClient client;
    private final List<Writer> writers = new ArrayList<>();
    private final AtomicLong answers = new AtomicLong();

    /**
     * @param prefixes where in the key space it counts: each has writers of its own
     * @param small writers of values below 400 bytes at each
     * @param large writers of values of 32 KiB at each: they make the log roll and the engine flush
     */
    Ledger(String pd, List<String> prefixes, int small, int large) {
        client = CleaveClient.builder().pd(pd).callDeadline(WRITE_LIMIT).build();
        for (String prefix : prefixes) {
            for (int number = 0; number < small + large; number++) {
                writers.add(new Writer(prefix + "-" + number + "-", number >= small));
            }
        }
    }

    void resume() {
        writers.forEach(Writer::resume);
    }

    /** Begins no further write, and believes no answer that is still to come: see {@link LoopDisk#cutPower}. */
    void freeze() {
        writers.forEach(Writer::freeze);
    }

    void awaitAnswers(long more) {
        long wanted = answers.get() + more;
        HandMade.awaitThat(more + " more writes are acknowledged", 60, () -> answers.get() >= wanted);
    }

    long answers() {
        return answers.get();
    }

    /** Waits until all writes have ended, reads every key, and tells what is not as it was acknowledged. Frozen before. */
    List<String> check() throws Exception {
        List<Count> counts = new ArrayList<>();
        for (Writer writer : writers) {
            writer.idle().get(READ_LIMIT.toSeconds(), TimeUnit.SECONDS);
            counts.addAll(writer.counts);
        }
        List<CompletableFuture<Optional<Value>>> reads = new ArrayList<>();
        for (Count count : counts) {
            reads.add(client.async().withDeadline(READ_LIMIT).get(count.key));
        }
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < reads.size(); i++) {
            try {
                Optional<Value> found = reads.get(i).get(2 * READ_LIMIT.toSeconds(), TimeUnit.SECONDS);
                counts.get(i).compare(found.map(Value::bytes).orElse(null)).ifPresent(problems::add);
            } catch (ExecutionException failed) {
                problems.add(counts.get(i).key + " cannot be read: " + failed.getCause());
            }
        }
        return problems;
    }

    @Override
    public void close() {
        freeze();
        client.close();
    }

    /** One key and how far it has counted. Owned by its writer, and by the test while that is idle. */
    private static final class Count {
        final Key key;
        private final int number;
        private final int bytes;
        private long acknowledged;
        private long attempted;
        private boolean isUnclear;

        Count(String key, int number, int bytes) {
            this.key = Key.utf8(key);
            this.number = number;
            this.bytes = bytes;
        }

        Value value(long count) {
            byte[] value = new byte[bytes];
            Randomness random = Randomness.seeded(count * 31 + number);
            ByteBuffer into = ByteBuffer.wrap(value).putLong(count);
            while (into.remaining() >= 8) {
                into.putLong(random.nextLong());
            }
            return Value.own(value);
        }

        /** Takes what is there as the new beginning. */
        Optional<String> compare(byte @Nullable [] found) {
            long count = found == null ? 0 : ByteBuffer.wrap(found).getLong();
            boolean isWhole = found == null || Arrays.equals(found, value(count).bytes());
            boolean isKept = acknowledged <= count && count <= attempted;
            String problem = key + ": acknowledged " + acknowledged + ", tried " + attempted + ", found " + count
                    + (isWhole ? "" : " with other bytes");
            acknowledged = count;
            attempted = count;
            isUnclear = false;
            return isWhole && isKept ? Optional.empty() : Optional.of(problem);
        }
    }

    /** Writes one key after the other, one write at a time. */
    private final class Writer {
        final List<Count> counts = new ArrayList<>();
        private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);
        private boolean isFrozen = true;
        private int turn;

        Writer(String prefix, boolean isLarge) {
            for (int i = 0; i < KEYS_PER_WRITER; i++) {
                counts.add(new Count(prefix + i, i, isLarge ? 32 << 10 : 16 + 48 * i));
            }
        }

        synchronized CompletableFuture<Void> idle() {
            return idle;
        }

        synchronized void freeze() {
            isFrozen = true;
        }

        synchronized void resume() {
            isFrozen = false;
            if (idle.isDone()) {
                idle = new CompletableFuture<>();
                next();
            }
        }

        private synchronized void next() {
            Optional<Count> chosen = isFrozen ? Optional.empty() : choose();
            if (chosen.isEmpty()) {
                idle.complete(null);
                return;
            }
            Count count = chosen.get();
            count.attempted++;
            client.async()
                    .put(count.key, count.value(count.attempted))
                    .whenCompleteAsync((done, failed) -> ended(count, failed == null));
        }

        private synchronized void ended(Count count, boolean isAcknowledged) {
            if (isAcknowledged && !isFrozen) {
                count.acknowledged = count.attempted;
                answers.incrementAndGet();
            } else {
                count.isUnclear = true;
            }
            next();
        }

        private Optional<Count> choose() {
            for (int i = 0; i < counts.size(); i++) {
                Count count = counts.get(turn++ % counts.size());
                if (!count.isUnclear) {
                    return Optional.of(count);
                }
            }
            return Optional.empty();
        }
    }
}
