package dev.cleave.tests.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.tests.mutants.MutationRun.Outcome;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether the simulator notices what it is there to notice. */
class MutantsTest {
    /** Those that the first seed or two find, so that a build can afford them. */
    private static final List<String> QUICK =
            List.of("ack-before-force", "applied-before-durable", "commit-not-forced-before-change");

    private final SourceTree sources =
            new SourceTree(Path.of("..").toAbsolutePath().normalize());
    private final MutationRun mutation = new MutationRun(sources, System.getProperty("java.class.path"));

    @Test
    void everyMutantAppliesToTheSourcesAsTheyAre() {
        for (Mutant mutant : MutantList.all()) {
            Map<String, String> mutated = sources.mutated(mutant);

            assertThat(mutated).as(mutant.name()).isNotEmpty();
        }
    }

    @Test
    void aPatchWhoseTextIsGoneFailsByNameAndSaysWhatToDo() {
        Mutant lost = MutantList.parse("""
                mutant lost
                rule   what was there
                wrong  it is not
                seeds  1
                file   region/raft/src/main/java/dev/cleave/region/raft/Raft.java
                - no such text
                + another
                """).get(0);

        assertThatThrownBy(() -> sources.mutated(lost))
                .isInstanceOf(SourceTree.PatchFailed.class)
                .hasMessageContainingAll("lost", "Raft.java", "nowhere", "no such text");
    }

    @Test
    void aPatchWhoseTextStandsTwiceFails() {
        Mutant twice = MutantList.parse("""
                mutant twice
                rule   what was there
                wrong  it is not
                seeds  1
                file   region/raft/src/main/java/dev/cleave/region/raft/Raft.java
                - s.at(now);
                + s.at(0);
                """).get(0);

        assertThatThrownBy(() -> sources.mutated(twice)).hasMessageContaining("more than once");
    }

    @Test
    void theUnchangedCodeIsNotCaughtByTheSameMeans() {
        Mutant none = MutantList.parse("""
                mutant none
                rule   a comment means nothing
                wrong  it is another
                seeds  2
                seconds 5
                file   region/raft/src/main/java/dev/cleave/region/raft/Raft.java
                - public final class Raft {
                + public final class Raft { // Nothing is changed.
                """).get(0);

        Outcome outcome = mutation.run(none, none.seedsMax());

        assertThat(outcome.finding()).isEmpty();
        assertThat(outcome.isCaught()).isFalse();
    }

    @Test
    void quickMutantsAreCaught() throws Exception {
        assertAllCaught(MutantList.all().stream()
                .filter(mutant -> QUICK.contains(mutant.name()))
                .toList());
    }

    @Test
    @Tag("long")
    void allMutantsThatAreNotOpenAreCaught() throws Exception {
        assertAllCaught(
                MutantList.all().stream().filter(mutant -> !mutant.isOpen()).toList());
    }

    private void assertAllCaught(List<Mutant> mutants) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

        List<Outcome> outcomes = Mutants.run(mutants, mutation, 0, out);

        out.println(Mutants.table(outcomes));
        assertThat(outcomes).isNotEmpty().hasSameSizeAs(mutants);
        assertThat(outcomes).filteredOn(outcome -> !outcome.isCaught()).isEmpty();
    }
}
