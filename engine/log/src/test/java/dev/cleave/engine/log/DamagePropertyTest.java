package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A log at rest whose last force is named, damaged at random places: whatever is then served as whole must be exactly what was
 * acknowledged. Damage may break groups, never change one in silence.
 */
final class DamagePropertyTest {
    private static final LogOptions OPTIONS =
            new LogOptions(64 << 10, 60 << 10, 8 << 10, 16 << 10, 64, 1 << 20, 1 << 20, 0, true);

    @Test
    void damageNeverChangesAGroupInSilence() {
        int whole = 0;
        int broken = 0;
        for (long seed = 1; seed <= 80; seed++) {
            try {
                int[] counts = damageOnce(Randomness.seeded(seed), DamagePropertyTest::closeAndDamage);
                whole += counts[0];
                broken += counts[1];
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
        assertThat(whole).isGreaterThan(300);
        assertThat(broken).isGreaterThan(50);
    }

    /** Without an end in order: what the last force but one has covered is named by what the last one did. */
    @Test
    void aBitThatTurnsInTheNewestSegmentOfAKilledLogIsNotTakenForATornTail() {
        int broken = 0;
        for (long seed = 1; seed <= 120; seed++) {
            try {
                broken += damageOnce(Randomness.seeded(seed), DamagePropertyTest::killAndRot)[1];
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
        assertThat(broken).isGreaterThan(50);
    }

    private static void killAndRot(TestLog log, SimulatedDisk disk, Randomness random) {
        log.kill();
        disk.rot(random);
    }

    private static void closeAndDamage(TestLog log, SimulatedDisk disk, Randomness random) {
        log.close();
        TestLog.Record naming = log.records().get(log.records().size() - 1);
        for (long flips = random.between(1, 4); flips > 0; flips--) {
            damage(disk, naming, random);
        }
    }

    /** How a log ends and is damaged. */
    private interface End {
        void come(TestLog log, SimulatedDisk disk, Randomness random);
    }

    private static int[] damageOnce(Randomness random, End end) {
        SimulatedDisk disk = new SimulatedDisk(random.fork());
        TestLog log = open(disk);
        Map<Long, Long> last = new TreeMap<>();
        Map<Long, Long> commit = new TreeMap<>();
        int turns = (int) random.between(20, 300);
        for (int turn = 0; turn < turns; turn++) {
            long group = random.below(12);
            long index = last.merge(group, 1L, Long::sum);
            int length = (int) random.below(600);
            log.queue(group, 1, section -> {
                section.entry(entry(index, 1, group + "-" + index + "-" + "x".repeat(length)));
                if (random.below(3) == 0) {
                    section.hardState(1, group, index);
                    commit.put(group, index);
                }
            });
            if (random.below(3) == 0) {
                log.run();
            }
            if (random.below(60) == 0) {
                log.run();
                log.close();
                log = open(disk);
            }
        }
        log.run();
        end.come(log, disk, random);

        for (int segment : disk.segments()) {
            if (random.below(3) == 0) {
                disk.flipBitOfSummary(segment, (int) random.below(200), (int) random.below(8));
            }
        }

        int[] counts = new int[2];
        for (int opening = 0; opening < 2; opening++) {
            log = openAndScrub(disk);
            assertThat(opening > 0
                            || log.log.mayHaveLostGroups()
                            || log.log.recovered().size() == last.size())
                    .as("a missing group is owned up to")
                    .isTrue();
            for (long group : last.keySet()) {
                counts[check(log, group, last.get(group), commit.getOrDefault(group, 0L))]++;
            }
            log.kill();
        }
        return counts;
    }

    /** Spares the last record: damage up to the very end cannot be told from a torn tail. */
    private static void damage(SimulatedDisk disk, TestLog.Record naming, Randomness random) {
        int[] segments = disk.segments();
        int segment = segments[(int) random.below(segments.length)];
        long end = segment == naming.segment() ? naming.offset() : disk.bytes(segment);
        long offset = random.below(end);
        if (random.below(3) == 0) {
            disk.zero(segment, offset, (int) Math.min(end - offset, random.between(1, 2000)));
        } else {
            disk.flipBit(segment, offset, (int) random.below(8));
        }
    }

    /** Opens the log; where that took a summary's word, damage is found soon after, and the next opening knows of it. */
    private static TestLog openAndScrub(SimulatedDisk disk) {
        TestLog log = open(disk);
        for (int i = 0; i < 50 && log.log.truncationWishes().isEmpty(); i++) {
            log.clock.advanceMillis(100);
            log.run();
        }
        assertThat(log.failures).isEmpty();
        if (log.log.truncationWishes().isEmpty()) {
            return log;
        }
        // It asks to be rid of what lies there; this owner does not listen, and starts again.
        log.kill();
        return open(disk);
    }

    private static TestLog open(SimulatedDisk disk) {
        return new TestLog(OPTIONS, options -> new SimulatedSegments(disk, options));
    }

    /** 0 if the group is whole, 1 if the log owns up to damage. */
    private static int check(TestLog log, long group, long last, long commit) {
        GroupImage image = log.log.recovered().stream()
                .filter(found -> found.group() == group)
                .findFirst()
                .orElse(null);
        if (image == null) {
            // All of it was lost: the first opening after the damage says that this may be so.
            return 1;
        }
        if (image.isBroken()) {
            return 1;
        }
        assertThat(image.lastIndex()).as("last of group %s", group).isEqualTo(last);
        assertThat(image.commit()).as("commit of group %s", group).isEqualTo(commit);
        String[] payloads = log.read(group, 1, last).split(" ");
        for (int index = 1; index <= last; index++) {
            assertThat(payloads[index - 1]).startsWith(group + "-" + index + "-");
        }
        return 0;
    }
}
