package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, run as it is written there, and its variants. */
class PlaygroundTest {
    @TempDir
    private Path directory;

    @Test
    void theReadmesFirstCommandTellsTheWholeStoryAndItsChecksPass() throws Exception {
        Command.Ended ended = new Command(directory)
                .run(
                        120,
                        "playground",
                        "--script",
                        "--fast",
                        "--data",
                        directory.resolve("play").toString())
                .expect(0);

        assertThat(ended.out())
                .contains("✓ all 200000 loaded keys are there")
                .contains("✓ every key is on every one of its replicas")
                .contains("is linearizable")
                .contains("failed 0");
        assertThat(directory.resolve("play")).isDirectory();
    }

    @Test
    @Tag("long")
    void aSecondStartResumesOnTheSameData() throws Exception {
        Command command = new Command(directory);
        String data = directory.resolve("play").toString();
        command.run(120, "playground", "--script", "--fast", "--data", data).expect(0);
        Command.Ended again = command.run(120, "playground", "--script", "--fast", "--data", data)
                .expect(0);

        assertThat(again.out()).contains("were done before");
    }

    @Test
    @Tag("long")
    void withAProcessPerNodeItAlsoKillsALeader() throws Exception {
        Command.Ended ended = new Command(directory)
                .run(
                        240,
                        "playground",
                        "--script",
                        "--fast",
                        "--processes",
                        "--ephemeral",
                        "--data",
                        directory.resolve("p").toString())
                .expect(0);

        assertThat(ended.out()).contains("kill -9").contains("failed 0");
        assertThat(Files.exists(directory.resolve("p"))).isFalse();
    }
}
