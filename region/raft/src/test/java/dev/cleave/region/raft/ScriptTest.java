package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The conversations in {@code src/test/resources/scripts}: each line that begins with {@code >} is a command, what follows is
 * what the group then says. With {@code -Dcleave.scripts.record=true} they are written anew from what is said now; then each
 * changed line is to be read as what it is, a change of the specification.
 */
class ScriptTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/scripts");

    @TestFactory
    Stream<DynamicTest> everyScriptIsSpokenAsItIsWritten() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            List<Path> scripts = files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
            assertThat(scripts).hasSizeGreaterThan(1);
            return scripts.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> speak(file)));
        }
    }

    private static void speak(Path file) throws IOException {
        List<String> written = Files.readAllLines(file);
        List<String> spoken = spoken(written);
        if (Boolean.getBoolean("cleave.scripts.record")) {
            Files.write(file, spoken);
        } else {
            assertThat(spoken).as("%s", file).isEqualTo(written);
        }
        assertThat(spoken).as("%s", file).noneMatch(line -> line.startsWith("not understood"));
    }

    private static List<String> spoken(List<String> written) {
        Script script = new Script();
        List<String> spoken = new ArrayList<>();
        for (String line : written) {
            boolean isKept = line.isBlank() || line.startsWith("#") || line.startsWith(">");
            if (isKept) {
                spoken.add(line);
            }
            if (line.startsWith(">")) {
                try {
                    spoken.addAll(script.run(line.substring(1)));
                } catch (IllegalArgumentException notUnderstood) {
                    spoken.add("not understood: " + notUnderstood.getMessage());
                } catch (dev.cleave.engine.base.Invariant.Broken halted) {
                    spoken.add("halts: " + halted.getMessage());
                }
            }
        }
        return spoken;
    }
}
