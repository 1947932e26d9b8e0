package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

/** The root of the commands. */
class CleaveTest {
    private static final Set<String> ALL = Cleave.commandLine(new PrintWriter(System.out), new PrintWriter(System.err))
            .getSubcommands()
            .keySet();

    @ParameterizedTest
    @ValueSource(strings = {"playground", "pd", "store", "status", "kv", "region", "operator", "config", "bench"})
    void whoNamesACommandPaysForThatAlone(String name) {
        assertThat(ALL).contains(name);
        assertThat(Cleave.wanted(name, "x")).containsExactly(name);
    }

    @Test
    void whoAsksForTheVersionPaysForNone() {
        assertThat(Cleave.wanted("--version")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "--debug kv get a", "completion", "kv shell", "regoin list"})
    void whoLooksAtAllGetsAll(String line) {
        assertThat(Cleave.wanted(line.split(" "))).isEqualTo(ALL);
        assertThat(Cleave.wanted()).isEqualTo(ALL);
    }

    @Test
    void aCommandHasTheNameUnderWhichItIsKept() {
        Cleave.commandLine(new PrintWriter(System.out), new PrintWriter(System.err))
                .getSubcommands()
                .forEach((name, command) -> assertThat(command.getCommandSpec()
                                .userObject()
                                .getClass()
                                .getAnnotation(Command.class)
                                .name())
                        .isEqualTo(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kv", "region", "operator", "config"})
    void whoNamesACommandOfCommandsIsToldWhichThereAre(String name) {
        Run run = Run.of(name);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: cleave " + name, "Commands:");
        assertThat(Run.of(name, "nonsense").err()).contains("nonsense", "See: cleave " + name + " --help");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Run run = Run.of("config", "check", "no-such-file.toml");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("there is no file no-such-file.toml\n");
    }

    @Test
    void whatIsLaidOutForQuickStartsRuns() {
        Run run = Run.of("lay-out");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out() + run.err()).isEmpty();
        assertThat(Run.of("--help").out()).doesNotContain("lay-out");
    }
}
