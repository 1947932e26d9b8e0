package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Randomness;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random writes of a few groups, cut short at random points of the disk's work. After each restart the log must hold exactly what some
 * prefix of the sections written says, and that prefix must include everything acknowledged.
 */
final class CrashPropertyTest {
    private static final LogOptions OPTIONS =
            new LogOptions(64 << 10, 60 << 10, 8 << 10, 16 << 10, 64, 200 << 10, 200 << 10, 0, true);

    @Test
    void whatWasAcknowledgedSurvivesEveryCrash() {
        long crashes = 0;
        for (long seed = 1; seed <= 60; seed++) {
            crashes += new Run(seed).crashes(15);
        }
        assertThat(crashes).isGreaterThanOrEqualTo(500);
    }

    @Test
    @Tag("long")
    void whatWasAcknowledgedSurvivesVeryManyCrashes() {
        for (long seed = 1_000; seed < 6_000; seed++) {
            new Run(seed).crashes(20);
        }
    }

    /** What a replica should look like: immutable, so that histories may share it. */
    private record Model(
            long replica,
            String hardState,
            long base,
            long baseTerm,
            List<String> entries,
            String mark,
            boolean isLive) {
        static final Model NONE = new Model(0, "", 0, 0, List.of(), "", false);

        long last() {
            return base + entries.size();
        }
    }

    private static final class Run {
        private final long seed;
        private final Randomness random;
        private final SimulatedDisk disk;
        private final List<Map<Long, Model>> history = new ArrayList<>();
        private int acknowledged;
        private long payloads;
        private long term = 1;
        private TestLog log;

        Run(long seed) {
            this.seed = seed;
            random = Randomness.seeded(seed);
            disk = new SimulatedDisk(random.fork());
            history.add(new TreeMap<>());
        }

        long crashes(int count) {
            try {
                for (int i = 0; i < count; i++) {
                    oneLife();
                }
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
            return count;
        }

        private void oneLife() {
            if (!openOrCrash()) {
                return;
            }
            checkRecovered();
            boolean hasArmed = random.below(4) != 0;
            if (hasArmed) {
                disk.crashAfter(random.between(1, 120));
            }
            for (int turn = 0; turn < 60 && log.failures.isEmpty(); turn++) {
                int writes = (int) random.below(6);
                for (int i = 0; i < writes; i++) {
                    writeSome();
                }
                if (random.below(5) == 0) {
                    log.clock.advanceMillis(1200);
                }
                if (random.below(3) == 0) {
                    readSome();
                }
                log.run();
            }
            end();
        }

        private boolean openOrCrash() {
            if (random.below(5) == 0) {
                disk.crashAfter(random.between(1, 8));
            }
            try {
                log = new TestLog(OPTIONS, options -> new SimulatedSegments(disk, options));
                disk.crashAfter(Long.MAX_VALUE);
                return true;
            } catch (SimulatedDisk.PowerCut cut) {
                disk.crash();
                return false;
            }
        }

        private void end() {
            boolean hasFailed = !log.failures.isEmpty();
            if (hasFailed) {
                assertThat(log.failures).singleElement().isInstanceOf(SimulatedDisk.PowerCut.class);
            }
            switch ((int) random.below(hasFailed ? 1 : 3)) {
                case 0 -> {
                    log.host.crash();
                    disk.crash();
                }
                case 1 -> log.kill();
                default -> closeOrCrash();
            }
        }

        private void closeOrCrash() {
            try {
                log.close();
            } catch (SimulatedDisk.PowerCut cut) {
                disk.crash();
            }
        }

        private void writeSome() {
            int sections = 1 + (int) random.below(3);
            LogWrite write = new LogWrite(done -> {});
            Map<Long, Model> state = new TreeMap<>(latest());
            List<Map<Long, Model>> states = new ArrayList<>();
            for (int i = 0; i < sections; i++) {
                long group = i * 4L + random.below(4);
                state = new TreeMap<>(state);
                state.put(group, change(write, group, state.getOrDefault(group, Model.NONE)));
                states.add(state);
            }
            int end = history.size() + sections;
            LogWrite acknowledging = new LogWrite(done -> {
                assertThat(disk.hasUnforced())
                        .as("unforced bytes at an acknowledgement")
                        .isFalse();
                acknowledged = Math.max(acknowledged, end - 1);
            });
            acknowledging.sections().addAll(write.sections());
            if (log.log.write(acknowledging)) {
                history.addAll(states);
            }
        }

        private Map<Long, Model> latest() {
            return history.get(history.size() - 1);
        }

        private Model change(LogWrite write, long group, Model now) {
            boolean isNew = !now.isLive || random.below(60) == 0;
            long replica = isNew ? now.replica + 1 : now.replica;
            LogWrite.Section section = write.section(group, replica);
            Model next = isNew ? new Model(replica, "", 0, 0, List.of(), "", true) : now;
            if (!isNew && random.below(80) == 0) {
                section.remove();
                return new Model(replica, "", 0, 0, List.of(), "", false);
            }
            List<String> entries = new ArrayList<>(next.entries);
            long base = next.base;
            long baseTerm = next.baseTerm;
            if (isNew ? random.below(2) == 0 : random.below(40) == 0) {
                base = next.last() + random.below(20);
                baseTerm = term;
                section.reset(base, baseTerm);
                entries.clear();
            }
            if (random.below(4) != 0) {
                appendTo(section, base, entries);
            }
            String hardState = next.hardState;
            if (isNew || random.below(2) == 0) {
                hardState = term + "/" + group + "/" + base;
                section.hardState(term, group, base);
            }
            if (!entries.isEmpty() && random.below(3) == 0) {
                int gone = 1 + (int) random.below(entries.size());
                baseTerm = Long.parseLong(entries.get(gone - 1).split("@")[0]);
                base += gone;
                entries = new ArrayList<>(entries.subList(gone, entries.size()));
                section.compact(base, baseTerm);
            }
            String mark = next.mark;
            if (random.below(20) == 0) {
                mark = random.below(2) == 0 ? "" : "mark" + random.below(100);
                section.mark(mark.getBytes());
            }
            return new Model(replica, hardState, base, baseTerm, List.copyOf(entries), mark, true);
        }

        /** Appends to the end or over a suffix; an entry is remembered as term@payload number@length. */
        private void appendTo(LogWrite.Section section, long base, List<String> entries) {
            if (!entries.isEmpty() && random.below(6) == 0) {
                int kept = (int) random.below(entries.size());
                entries.subList(kept, entries.size()).clear();
                term++;
            }
            int count = 1 + (int) random.below(4);
            for (int i = 0; i < count; i++) {
                int length = (int) (random.below(12) == 0 ? random.below(6000) : random.below(100));
                long number = payloads++;
                entries.add(term + "@" + number + "@" + length);
                section.entry(entry(base + entries.size(), term, payload(number, length)));
            }
        }

        private static byte[] payload(long number, int length) {
            byte[] payload = new byte[8 + length];
            ByteBuffer.wrap(payload).putLong(number);
            return payload;
        }

        private void readSome() {
            long group = random.below(12);
            log.log.read(group, 1 + random.below(30), 1000, 4000, (g, from, last, entries) -> {
                int at = 0;
                for (long index = from; index <= last; index++) {
                    assertThat(EntryLayout.index(entries, at)).isEqualTo(index);
                    at += EntryLayout.entryBytes(entries, at);
                }
            });
        }

        /** Finds the prefix of the history that the log now holds and goes on from there. */
        private void checkRecovered() {
            Map<Long, Model> found = new TreeMap<>();
            for (GroupImage image : log.log.recovered()) {
                assertThat(image.isBroken())
                        .as("group %s broken", image.group())
                        .isFalse();
                found.put(image.group(), modelOf(image));
            }
            int match = -1;
            for (int k = acknowledged; k < history.size() && match < 0; k++) {
                if (live(history.get(k)).equals(found)) {
                    match = k;
                }
            }
            assertThat(match)
                    .as(
                            "no prefix from %s to %s is what was found:\n%s\nacknowledged:\n%s",
                            acknowledged, history.size() - 1, found, live(history.get(acknowledged)))
                    .isGreaterThanOrEqualTo(0);
            assertThat(log.log.mayHaveLostGroups()).isFalse();
            Map<Long, Model> state = history.get(match);
            history.clear();
            history.add(state);
            acknowledged = 0;
        }

        private static Map<Long, Model> live(Map<Long, Model> state) {
            Map<Long, Model> live = new TreeMap<>(state);
            live.values().removeIf(model -> !model.isLive);
            return live;
        }

        private Model modelOf(GroupImage image) {
            List<String> entries = new ArrayList<>();
            if (image.lastIndex() >= image.firstIndex()) {
                log.log.read(image.group(), image.firstIndex(), image.lastIndex(), 1 << 24, (g, from, last, bytes) -> {
                    int at = 0;
                    for (long index = from; index <= last; index++) {
                        assertThat(EntryLayout.index(bytes, at)).isEqualTo(index);
                        int length = EntryLayout.payloadBytes(bytes, at) - 8;
                        long number = EntryLayout.payload(bytes, at)
                                .order(java.nio.ByteOrder.BIG_ENDIAN)
                                .getLong();
                        assertThat(termAt(image, index)).isEqualTo(EntryLayout.term(bytes, at));
                        entries.add(EntryLayout.term(bytes, at) + "@" + number + "@" + length);
                        at += EntryLayout.entryBytes(bytes, at);
                    }
                });
                log.run();
                assertThat(log.failures).isEmpty();
                assertThat(entries).hasSize((int) (image.lastIndex() - image.firstIndex() + 1));
            }
            String hardState = image.hasHardState() ? image.term() + "/" + image.votedFor() + "/" + image.commit() : "";
            return new Model(
                    image.replicaId(),
                    hardState,
                    image.compactIndex(),
                    image.compactTerm(),
                    entries,
                    new String(image.mark()),
                    true);
        }

        private static long termAt(GroupImage image, long index) {
            long term = -1;
            for (int run = 0; run < image.runStarts().length && image.runStarts()[run] <= index; run++) {
                term = image.runTerms()[run];
            }
            return term;
        }
    }
}
