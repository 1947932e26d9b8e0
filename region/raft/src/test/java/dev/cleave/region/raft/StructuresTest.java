package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The small parts against plain models. */
class StructuresTest {
    @Test
    void rule43_termRunsAgreeWithAPlainListAcrossTruncationAndCompaction() {
        for (long seed = 1; seed <= 300; seed++) {
            Randomness random = Randomness.seeded(seed);
            TermRuns runs = new TermRuns(5, 5, 5, new long[0], new long[0]);
            List<Long> model = new ArrayList<>(List.of(5L));
            long base = 5;
            long term = 5;
            for (int i = 0; i < 200; i++) {
                long last = base + model.size() - 1;
                switch ((int) random.below(8)) {
                    case 0 -> {
                        long from = base + 1 + random.below(last - base + 1);
                        runs.truncateFrom(from);
                        model.subList((int) (from - base), model.size()).clear();
                        term = Math.max(term, model.get(model.size() - 1)) + 1;
                    }
                    case 1 -> {
                        long to = base + random.below(last - base + 1);
                        runs.compactTo(to);
                        model.subList(0, (int) (to - base)).clear();
                        base = to;
                    }
                    case 2 -> term++;
                    default -> {
                        runs.append(term);
                        model.add(term);
                    }
                }
                last = base + model.size() - 1;
                assertThat(runs.last()).isEqualTo(last);
                assertThat(runs.base()).isEqualTo(base);
                assertThat(runs.lastTerm()).isEqualTo(model.get(model.size() - 1));
                for (long at = base - 2; at <= last + 2; at++) {
                    long expected = at < base || at > last ? -1 : model.get((int) (at - base));
                    assertThat(runs.term(at)).as("seed %d at %d", seed, at).isEqualTo(expected);
                }
                long from = base + random.below(last - base + 3);
                long limit = random.below(term + 2);
                long expected = Math.min(from, last);
                while (expected >= base && model.get((int) (expected - base)) > limit) {
                    expected--;
                }
                assertThat(runs.agreement(from, limit)).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    @Test
    void inflightsAgreeWithAQueue() {
        Randomness random = Randomness.seeded(3);
        Inflights inflights = new Inflights(7, 100);
        Deque<long[]> model = new ArrayDeque<>();
        long next = 1;
        for (int i = 0; i < 10_000; i++) {
            long bytes = model.stream().mapToLong(e -> e[1]).sum();
            assertThat(inflights.isFull()).isEqualTo(model.size() == 7 || bytes >= 100);
            assertThat(inflights.bytes()).isEqualTo(bytes);
            assertThat(inflights.count()).isEqualTo(model.size());
            if (random.below(2) == 0 && !inflights.isFull()) {
                long size = random.below(40);
                inflights.add(next, size);
                model.add(new long[] {next++, size});
            } else if (random.below(50) == 0) {
                inflights.reset();
                model.clear();
            } else {
                long to = next - random.below(10);
                inflights.freeTo(to);
                model.removeIf(e -> e[0] <= to);
            }
        }
    }

    @Test
    void rule48_uncommittedBytesAgreeWithAQueue() {
        Randomness random = Randomness.seeded(4);
        UncommittedBytes uncommitted = new UncommittedBytes(1000);
        uncommitted.reset(10);
        Deque<long[]> model = new ArrayDeque<>();
        long next = 10;
        for (int i = 0; i < 10_000; i++) {
            long bytes = model.stream().mapToLong(e -> e[1]).sum();
            assertThat(uncommitted.bytes()).isEqualTo(bytes);
            int size = (int) random.below(300);
            assertThat(uncommitted.hasRoom(size)).isEqualTo(size == 0 || bytes == 0 || bytes + size <= 1000);
            if (uncommitted.hasRoom(size)) {
                uncommitted.add(size);
                model.add(new long[] {next++, size});
            }
            if (random.below(3) == 0) {
                long to = next - 1 - random.below(5);
                uncommitted.committed(to);
                model.removeIf(e -> e[0] <= to);
            }
        }
    }

    @Test
    void theOutboxIsBounded() {
        Outbox outbox = new Outbox();
        for (int i = 0; i < 5000; i++) {
            outbox.now(RaftMessage.Type.HEARTBEAT_REPLY, 1, 2, i);
        }
        Ready ready = new Ready();
        outbox.drainTo(ready);
        assertThat(ready.nowCount()).isEqualTo(Outbox.MESSAGES_MAX);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void aMessageIsCopiedAndClearedWhole() throws ReflectiveOperationException {
        RaftMessage full = new RaftMessage();
        long value = 1;
        for (var field : RaftMessage.class.getFields()) {
            if (field.getType() == long.class) {
                field.setLong(full, value++);
            } else if (field.getType() == boolean.class) {
                field.setBoolean(full, true);
            }
        }
        full.type = RaftMessage.Type.SNAPSHOT;
        full.membership = Membership.of(1);
        full.addEntryTerm(9);

        RaftMessage copy = new RaftMessage().copyFrom(full);
        assertThat(copy).usingRecursiveComparison().ignoringFields("entryTerms").isEqualTo(full);
        assertThat(copy.entryTerms[0]).isEqualTo(9);
        assertThat(copy.clear())
                .usingRecursiveComparison()
                .ignoringFields("entryTerms")
                .isEqualTo(new RaftMessage());
    }

    @Test
    void configurationsThatCannotWorkAreRefusedInWords() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new RaftConfig(300, 500, 1000, 1, 1, 1, 1, 1))
                .hasMessageContaining("two heartbeats");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new RaftConfig(300, 1000, 1000, 1, 1, 1, 1, 1))
                .hasMessageContaining("electionMaxNanos");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> RaftConfig.defaults().withCommitNews(300_000_001))
                .hasMessageContaining("commitNewsNanos must be 0 to heartbeatNanos");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new RaftConfig(300, 1000, 2000, 0, 1, 1, 1, 1))
                .hasMessageContaining("appendBytesMax");
    }
}
