package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/scenarios.md} true: each test that it names exists, each scenario of a region's life has a row, and a row without a test says so. */
class ScenariosTest {
    private static final List<Integer> SCENARIOS = List.of(
            1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 29, 33, 34, 35, 37, 43, 45,
            53, 54, 55, 56, 57, 61, 62, 63, 64, 65, 66, 67, 70, 72, 73);
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|.*\\|(.*)\\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");

    private final Path root = root();
    private final Map<Integer, String> rows = rows();

    @Test
    void everyScenarioHasARow() {
        assertThat(rows.keySet()).containsExactlyElementsOf(SCENARIOS);
    }

    @Test
    void aScenarioIsHeldByATestOrSaysThatItIsOpen() {
        rows.forEach((number, held) -> assertThat(held)
                .as("scenario " + number)
                .matches(text -> TEST.matcher(text).find() || text.contains("**open**")));
    }

    @Test
    void everyTestThatIsNamedExists() {
        Map<String, String> sources = sources();
        TreeSet<String> missing = new TreeSet<>();
        rows.values().forEach(row -> {
            Matcher named = TEST.matcher(row);
            while (named.find()) {
                String source = sources.getOrDefault(named.group(1), "");
                if (!source.contains("void " + named.group(2) + "(")) {
                    missing.add(named.group());
                }
            }
        });

        assertThat(missing).isEmpty();
    }

    private Map<Integer, String> rows() {
        Map<Integer, String> rows = new TreeMap<>();
        for (String line : read(root.resolve("docs/scenarios.md")).split("\n")) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(rows.put(Integer.parseInt(row.group(1)), row.group(2)))
                        .as("one row each: " + line)
                        .isNull();
            }
        }
        return rows;
    }

    private Map<String, String> sources() {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().contains("src/test/java"))
                    .filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            ScenariosTest::read,
                            (one, other) -> one + other));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.exists(path.resolve("docs/scenarios.md"))) {
            path = path.getParent();
        }
        return path;
    }
}
