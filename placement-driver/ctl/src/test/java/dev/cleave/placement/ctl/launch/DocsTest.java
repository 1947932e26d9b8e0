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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands and settings of the documentation: all can be read, and those of the tutorial are run. */
class DocsTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern BLOCK = Pattern.compile("(?m)^```([a-z]*)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    @TempDir
    Path directory;

    private record Block(String language, String text) {}

    private static List<Block> blocks(Path page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(page));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages.stream();
    }

    /** What a line says behind {@code bin/cleave}, without prompt, comment, redirection and what comes after; null if it is no command. */
    private static String command(String line) {
        int at = line.indexOf("bin/cleave ");
        boolean isCommand = at == 0 || line.startsWith("$ bin/cleave ");
        if (!isCommand || line.contains("[") || line.contains("...")) {
            return null;
        }
        return line.substring(at + "bin/cleave ".length()).split(" {2,}| #| > | \\|\\| | \\|")[0];
    }

    private static String[] words(String command) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            words.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        return words.toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandIsOneThatThereIs(Path page) throws IOException {
        for (Block block : blocks(page)) {
            for (String line : block.text().lines().toList()) {
                String command = command(line);
                if (command != null) {
                    String concrete = command.replaceAll("\\b(ID|STORE|N)\\b", "1");
                    CommandLine root = Cleave.commandLine(new PrintWriter(System.out), new PrintWriter(System.err));
                    assertThatCode(() -> root.parseArgs(words(concrete)))
                            .as(page + ": " + line)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everySampleOfSettingsIsSound(Path page) throws IOException {
        for (Block block : blocks(page)) {
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
            for (Block block : blocks(ROOT.resolve("docs/tutorial.md"))) {
                for (String line : block.text().lines().toList()) {
                    commands += run(cluster, line);
                }
            }
        }
        assertThat(commands).isGreaterThan(15);
    }

    private int run(SmallCluster cluster, String line) throws Exception {
        String command = command(line);
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
        List<String> words = new ArrayList<>(Stream.of(words(command))
                .map(word -> files.getOrDefault(word, word))
                .toList());
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
