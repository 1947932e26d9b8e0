package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command, as far as it is not the simulator. */
class SimulateTest {
    @Test
    void theLastLineSaysHowManySeedsAndViolations(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("summary.json");

        List<String> lines = lines(SimulateOptions.of(3, 4, 2).withSummary(file));

        assertThat(lines.get(lines.size() - 1)).matches("seeds 2 events \\d+ faults \\d+ violations 0");
        assertThat(Files.readString(file))
                .startsWith("{\"from\":3,\"to\":4,\"seconds\":2,")
                .contains("\"violations\":0,")
                .contains("\"event:first-region\":2");
    }

    @Test
    void howManyThreadsThereAreChangesNothingThatHappens() throws Exception {
        Tally one = Simulate.run(SimulateOptions.of(21, 24, 3).withThreads(1), nowhere());
        Tally four = Simulate.run(SimulateOptions.of(21, 24, 3).withThreads(4), nowhere());

        assertThat(four.chain()).isEqualTo(one.chain());
        assertThat(four).hasToString(one.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --seconds 3               | --seeds is missing
                    --seeds                   | --seeds needs a value
                    --seeds --trace           | --seeds needs a value
                    --seeds 9-3               | --seeds 9-3 goes downwards
                    --seeds 1-x               | --seeds: 'x' is not a number
                    --seeds 1-4 --seconds 0   | --seconds: 0 is not between 1 and 3600
                    --seeds 1 --threads 1000  | --threads: 1000 is not between 1 and 256
                    --seeds 1 --only 3,fire   | 'fire' is neither the number of an act, nor deaths, lags, absent, none
                    --seeds 1 --loud          | unknown option --loud""")
    void badArgumentsAreRefusedInWords(String line, String words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulateOptions.parse(line.split(" ")))
                .withMessage(words);
    }

    private static List<String> lines(SimulateOptions options) throws InterruptedException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Simulate.run(options, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static PrintStream nowhere() {
        return new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    }
}
