package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of README, how-to and operations are run, top to bottom, each page on a cluster of its own; the tutorial's by {@link DocsTest}, those that
 * start servers and playgrounds by {@code ReadmeTest} and {@code PlaygroundTest} of the room {@code tests}. ID, STORE and the like stand for what the
 * cluster has.
 */
@Timeout(300)
class DocsRunTest {
    /** What must be refused on a cluster that is well, and the words by which. */
    private static final Map<String, String> REFUSED = Map.of(
            "region recover --lost", "heard of",
            "store remove 3 --lost", "heard of");

    private static final Pattern FILE = Pattern.compile("(?:/etc/cleave/)?[A-Za-z]+\\.(?:tsv|jsonl|toml)|FILE");

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private SmallCluster cluster;
    private int commands;

    @BeforeEach
    void start() throws IOException {
        cluster = new SmallCluster(directory, 4);
        Files.writeString(directory.resolve("FILE.tsv"), "fruit:fig\tpurple\n");
        Files.writeString(directory.resolve("FILE"), "apple\nberry\n");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void theReadmeRunsAsItIsWritten() throws Exception {
        run(DocsPage.ROOT.resolve("README.md"));

        assertThat(commands).isGreaterThanOrEqualTo(20);
    }

    /** On a cluster that holds nothing else, as the reader's; what the page shows is what comes. */
    @Test
    void theHttpOfTheReadmeAnswersAsItIsWritten() throws Exception {
        for (DocsPage.Block block : new DocsPage(DocsPage.ROOT.resolve("README.md")).blocks()) {
            List<String> lines = block.lines();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith("$ curl ")) {
                    curl(lines.get(i), lines.subList(i + 1, lines.size()));
                }
            }
        }

        assertThat(commands).isGreaterThan(5);
    }

    @Test
    void theHowToRunsAsItIsWritten() throws Exception {
        run(DocsPage.ROOT.resolve("docs/howto.md"));

        assertThat(commands).isGreaterThan(10);
    }

    @Test
    void operationsRunAsTheyAreWritten() throws Exception {
        run(DocsPage.ROOT.resolve("docs/operations.md"));

        assertThat(commands).isPositive();
    }

    private void run(Path page) throws Exception {
        for (DocsPage.Block block : new DocsPage(page).blocks()) {
            List<String> lines = block.lines();
            if (block.language().equals("toml")) {
                String name = block.text().contains("pd ") ? "store.toml" : "pd.toml";
                Files.writeString(directory.resolve(name), block.text());
            }
            for (String line : lines) {
                if (line.startsWith("source <(bin/cleave completion)")) {
                    completion();
                } else {
                    DocsPage.command(line).ifPresent(command -> cleave(line, command));
                }
            }
        }
    }

    private void cleave(String line, String command) {
        boolean isServer = command.startsWith("playground") || command.contains("--data");
        if (isServer) {
            return;
        }
        commands++;
        List<String> words = new ArrayList<>(DocsPage.words(concrete(command.replaceFirst(" --pd \\S+", ""))));
        words.replaceAll(word -> FILE.matcher(word).matches()
                ? directory.resolve(Path.of(word).getFileName()).toString()
                : word);
        if (!words.get(0).equals("config")) {
            words.addAll(List.of("--pd", cluster.pd.toString()));
        }
        if (line.contains("--watch")) {
            words.addAll(List.of("--looks", "1"));
        }
        if (words.get(0).equals("bench")) {
            words.addAll(List.of("--mix", "f", "--in-flight", "4", "--keys", "50", "--warm-up", "0", "--seconds", "1"));
        }
        Run run = withoutInput(words);
        String refusal = REFUSED.entrySet().stream()
                .filter(each -> command.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        assertThat(run.exitCode()).as(line + "\n" + run.out() + run.err()).isEqualTo(refusal == null ? 0 : 6);
        if (refusal != null) {
            assertThat(run.err()).as(line).contains(refusal);
        }
        redirected(line, run);
    }

    private void redirected(String line, Run run) {
        Matcher to = Pattern.compile(" > ([a-z.]+)").matcher(line);
        if (to.find()) {
            try {
                Files.writeString(directory.resolve(to.group(1)), run.out());
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        }
    }

    /** The shell of keys reads commands; here there are none. */
    private static Run withoutInput(List<String> words) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(new byte[0]));
        try {
            return Run.of(words.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    /** What stands for something is that; the numbers of the examples are those that this cluster has. */
    private String concrete(String command) {
        JsonNode regions = json("region list").get("items");
        JsonNode region = command.startsWith("region split 1 ") || command.contains("split ID")
                ? find(regions, "1")
                : regions.get(0);
        long here = region.get("leaderStore").asLong();
        String there = Long.toString(here % 4 + 1);
        String id = command.startsWith("store")
                ? there
                : command.matches("operator .*\\bID\\b.*")
                        ? lastOperator()
                        : region.get("id").asText();
        return command.replace("STORE,STORE", "1,2")
                .replace("--from STORE", "--from " + here)
                .replace("transfer-leader ID --to STORE", "transfer-leader ID --to " + here)
                .replace("--to STORE", "--to " + there)
                .replace("--at KEY", "--at acorn")
                .replace("migrate 9 --from 2 --to 4", "migrate " + id + " --from " + here + " --to " + there)
                .replaceAll("\\bID\\b", id);
    }

    private static JsonNode find(JsonNode regions, String id) {
        for (JsonNode region : regions) {
            if (region.get("id").asText().equals(id)) {
                return region;
            }
        }
        throw new AssertionError("no region " + id + " among " + regions);
    }

    private String lastOperator() {
        JsonNode operators = json("operator list").get("items");
        return operators.get(operators.size() - 1).get("id").asText();
    }

    private JsonNode json(String command) {
        try {
            return cluster.json(command);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private void completion() throws Exception {
        commands++;
        Run run = Run.of("completion");
        assertThat(run.exitCode()).isZero();
        Path script = Files.writeString(directory.resolve("completion.sh"), run.out());
        Process shell = new ProcessBuilder("bash", "-n", script.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(said).isZero();
    }

    /** As curl would; what the page shows below is what must come. */
    private void curl(String line, List<String> below) throws Exception {
        commands++;
        String method = "GET";
        String body = "";
        HttpRequest.Builder request = HttpRequest.newBuilder();
        List<String> words = DocsPage.words(line.substring("$ curl ".length()));
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-X" -> method = words.get(++i);
                case "-d" -> body = words.get(++i);
                case "-H" -> {
                    String[] header = words.get(++i).split(": ", 2);
                    request.header(header[0], header[1]);
                }
                default ->
                    request.uri(URI.create(
                            words.get(i).replaceFirst("http://127\\.0\\.0\\.1:[0-9]+", "http://" + cluster.http)));
            }
        }
        String answer = http.send(
                        request.method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString())
                .body();
        List<String> shown =
                below.stream().takeWhile(each -> !each.startsWith("$ ")).toList();
        assertThat(answer.lines().toList()).as(line).isEqualTo(shown);
    }
}
