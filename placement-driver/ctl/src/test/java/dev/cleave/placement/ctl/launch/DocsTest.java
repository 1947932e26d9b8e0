package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.cleave.placement.ctl.launch.config.Server;
import dev.cleave.placement.ctl.launch.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands and settings of the documentation: all can be read, and those of the tutorial are run. */
class DocsTest {
    private static final Path ROOT = DocsPage.ROOT;

    @TempDir
    Path directory;

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandIsOneThatThereIs(Path page) throws IOException {
        for (DocsPage.Block block : new DocsPage(page).blocks()) {
            for (String line : block.lines()) {
                String command = DocsPage.command(line).orElse(null);
                if (command != null) {
                    String concrete = command.replaceAll("\\b(ID|STORE|N)\\b", "1");
                    CommandLine root = Cleave.commandLine(new PrintWriter(System.out), new PrintWriter(System.err));
                    assertThatCode(() -> root.parseArgs(DocsPage.words(concrete).toArray(String[]::new)))
                            .as(page + ": " + line)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everySampleOfSettingsIsSound(Path page) throws IOException {
        for (DocsPage.Block block : new DocsPage(page).blocks()) {
            if (block.language().equals("toml")) {
                Path file = Files.writeString(directory.resolve("sample.toml"), block.text());
                Server server = block.text().contains("pd ") ? Server.STORE : Server.PD;
                Settings.of(server, file, Map.of(), Map.of());
            }
        }
    }

    /** The servers are here already; files are in a directory of the test. */
    @Test
    void theTutorialRunsAsItIsWritten() throws Exception {
        int commands = 0;
        try (SmallCluster cluster = new SmallCluster(directory)) {
            for (DocsPage.Block block : new DocsPage(ROOT.resolve("docs/tutorial.md")).blocks()) {
                for (String line : block.lines()) {
                    commands += run(cluster, line);
                }
            }
        }
        assertThat(commands).isGreaterThan(15);
    }

    private int run(SmallCluster cluster, String line) throws Exception {
        String command = DocsPage.command(line).orElse(null);
        if (command == null) {
            assertThat(new ProcessBuilder("sh", "-c", line)
                            .directory(directory.toFile())
                            .start()
                            .waitFor())
                    .as(line)
                    .isZero();
            return 0;
        }
        if (command.startsWith("playground") || command.contains("--data")) {
            return 0;
        }
        Map<String, String> files = new HashMap<>();
        List.of("cities.tsv", "cities.jsonl", "store.toml")
                .forEach(name -> files.put(name, directory.resolve(name).toString()));
        List<String> words = new ArrayList<>(DocsPage.words(command));
        words.replaceAll(word -> files.getOrDefault(word, word));
        if (!words.get(0).equals("config")) {
            words.addAll(List.of("--pd", cluster.pd.toString()));
        }
        Run run = cluster.runWords(words.toArray(String[]::new));
        boolean mayFail = line.contains("||");
        assertThat(run.exitCode()).as(line + "\n" + run.err()).isEqualTo(mayFail ? 1 : 0);
        int redirected = line.indexOf(" > ");
        if (redirected > 0) {
            Files.writeString(directory.resolve(line.substring(redirected + 3).trim()), run.out());
        }
        return 1;
    }
}
