package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final long GIBIBYTE = 1_024;
    private static final Map<String, Long> MEBIBYTES = Map.of(
            "cleave", 1_200L, "rheakv", 3_600L, "ratis", 4_400L, "etcd", 1_900L, "redis", 200L, "echo", 300L, "forced",
            400L);
    private static final List<Subject> ALL = CompareOptions.parse().subjects();

    @Test
    void whatFitsIntoMemoryIsOneBlock() {
        assertThat(blocks(ALL, 64 * GIBIBYTE)).containsExactly(ALL);
    }

    @Test
    void inAnyMemoryWhatATargetSetsAgainstEachOtherSharesABlock() {
        for (long gibibytes = 1; gibibytes < 40; gibibytes++) {
            List<List<Subject>> blocks = blocks(ALL, gibibytes * GIBIBYTE);

            for (Target target : Targets.all()) {
                assertThat(blocks).anyMatch(block -> block.containsAll(target.subjects()));
            }
            assertThat(blocks)
                    .allMatch(block -> block.stream()
                            .allMatch(subject -> target(subject) || block.contains(Subject.parse("cleave"))));
            assertThat(blocks.stream().flatMap(List::stream)).containsAll(ALL);
        }
    }

    @Test
    void twentyFourGibibytesTakeTwoBlocksAndNeitherIsTooLarge() {
        long mebibytesMax = 20 * GIBIBYTE;

        List<List<Subject>> blocks = blocks(ALL, mebibytesMax);

        assertThat(blocks).hasSize(2);
        assertThat(blocks).allMatch(block -> Blocks.mebibytes(block, BlocksTest::mebibytes) <= mebibytesMax);
        assertThat(blocks.get(1)).extracting(Subject::name).containsExactly("cleave", "rheakv-lease", "ratis", "etcd");
    }

    @Test
    void serversThatSubjectsShareCountOnce() {
        List<Subject> two = List.of(Subject.parse("cleave"), Subject.parse("cleave-plain"));

        assertThat(Blocks.mebibytes(two, BlocksTest::mebibytes)).isEqualTo(1_200 + 2 * 500);
    }

    @Test
    void whatIsNotAskedForIsNotMeasured() {
        List<Subject> asked = List.of(Subject.parse("etcd"), Subject.parse("rheakv-8"));

        List<Subject> measured = new ArrayList<>();
        blocks(asked, GIBIBYTE).forEach(measured::addAll);

        assertThat(measured).containsExactlyInAnyOrderElementsOf(asked);
    }

    private static boolean target(Subject subject) {
        return Targets.all().stream().anyMatch(each -> each.subjects().contains(subject));
    }

    private static List<List<Subject>> blocks(List<Subject> subjects, long mebibytesMax) {
        return Blocks.of(subjects, BlocksTest::mebibytes, mebibytesMax);
    }

    private static long mebibytes(Subject subject) {
        return MEBIBYTES.getOrDefault(subject.peer(), 0L);
    }
}
