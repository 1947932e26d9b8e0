package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the log's index takes of the heap, counted and not timed. */
final class IndexFootprintTest {
    private static final int GROUPS = 10_000;

    private final SimulatedDisk disk = new SimulatedDisk(Randomness.seeded(3));
    private final TestLog log = new TestLog(LogOptions.defaults(), options -> new SimulatedSegments(disk, options));

    /** The index as recovery builds it, and the images that are handed to the owners. */
    private long bytes() {
        log.run();
        LogIndex index = new LogIndex(LogOptions.defaults());
        new Recovery(new SimulatedSegments(disk, LogOptions.defaults()), index).run(1);
        List<GroupImage> images = new ArrayList<>();
        index.sorted().forEach(group -> images.add(group.image()));
        assertThat(images).hasSize(GROUPS);
        return Footprint.of(index, images.toArray());
    }

    private void write(int entriesKept) {
        for (long id = 1; id <= GROUPS; id++) {
            log.queue(id, id, section -> {
                section.reset(5, 5);
                for (long index = 6; index <= 5 + entriesKept; index++) {
                    section.entry(entry(index, 6, "x"));
                }
                section.hardState(6, 1, 5 + entriesKept);
            });
            if (id % 100 == 0) {
                log.run();
            }
        }
    }

    @Test
    void anIdleGroupTakesLessThanAKilobyteWithAHandfulOfEntries() {
        write(8);

        long perGroup = bytes() / GROUPS;

        assertThat(perGroup).isBetween(100L, 1024L);
    }

    @Test
    void anEntryThatIsKeptTakesAtMostThirtyTwoBytes() {
        write(100);
        long many = bytes();

        assertThat(many / GROUPS).isLessThan(1024 + 100 * 32L);
    }

    @Test
    void aGroupThatWasRemovedTakesNothingOnceItsSegmentsAreGone() {
        write(1);
        for (long id = 1; id < GROUPS; id++) {
            log.queue(id, id, LogWrite.Section::remove);
            if (id % 100 == 0) {
                log.run();
            }
        }
        log.write(GROUPS, GROUPS, section -> section.compact(6, 6));
        long last = 7;
        while (log.segments.oldest() < 3) {
            long at = last++;
            log.write(
                    GROUPS,
                    GROUPS,
                    section -> section.entry(entry(at, 6, new byte[4 << 20]))
                            .hardState(6, 1, at)
                            .compact(at, 6));
        }

        LogIndex index = new LogIndex(LogOptions.defaults());
        new Recovery(new SimulatedSegments(disk, LogOptions.defaults()), index).run(1);

        assertThat(index.sorted()).hasSize(1);
        assertThat(Footprint.of(index)).isLessThan(10_000L);
    }
}
