package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.placement.ctl.output.Form;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command in every form, and what the commands can do beside, against one small cluster. */
class CommandFormsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Commands without an answer of their own: servers, writers of files and scripts, and the shell. */
    private static final Set<String> WITHOUT_ANSWER = Set.of(
            "playground", "pd", "store", "config example", "config reference", "kv shell", "completion", "lay-out");

    /** {@code PlaygroundControlTest} asks these, against a playground. */
    private static final Set<String> OF_A_PLAYGROUND =
            Set.of("playground status", "playground kill", "playground start", "playground add-store");

    /** A sound call of every other command. REGION has a leader; OPERATOR has ended. */
    private static final Map<String, String> CALLS = new LinkedHashMap<>();

    static {
        CALLS.put("status", "status");
        CALLS.put("store list", "store list");
        CALLS.put("store show", "store show store1");
        CALLS.put("store remove", "store remove 1 --dry-run");
        CALLS.put("region list", "region list");
        CALLS.put("region show", "region show REGION");
        CALLS.put("region hot", "region hot");
        CALLS.put("region split", "region split REGION --at zebra --dry-run");
        CALLS.put("region presplit", "region presplit FILE.keys");
        CALLS.put("region migrate", "region migrate REGION --from HERE --to THERE --dry-run");
        CALLS.put("region transfer-leader", "region transfer-leader REGION --to HERE --dry-run");
        CALLS.put("region check", "region check REGION");
        CALLS.put("region recover", "region recover --lost 1");
        CALLS.put("operator list", "operator list");
        CALLS.put("operator show", "operator show OPERATOR");
        CALLS.put("operator cancel", "operator cancel OPERATOR --dry-run");
        CALLS.put("kv get", "kv get fruit:apple");
        CALLS.put("kv put", "kv put fruit:pear green");
        CALLS.put("kv delete", "kv delete fruit:plum");
        CALLS.put("kv scan", "kv scan --start fruit: --end fruit;");
        CALLS.put("kv import", "kv import FILE.tsv");
        CALLS.put("kv export", "kv export OUT.jsonl --start fruit:");
        CALLS.put("bench", "bench --mix f --in-flight 4 --keys 50 --warm-up 0 --seconds 1");
        CALLS.put("config show", "config show store");
        CALLS.put("config check", "config check FILE.toml");
    }

    @TempDir
    static Path directory;

    private static SmallCluster cluster;
    private static final Map<String, String> names = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws IOException {
        cluster = new SmallCluster(directory);
        cluster.run("kv put fruit:apple red");
        cluster.run("kv put fruit:blob hex:00ff");
        Files.writeString(directory.resolve("FILE.tsv"), "fruit:fig\tpurple\n");
        Files.writeString(directory.resolve("FILE.keys"), "m\n");
        Files.writeString(directory.resolve("FILE.toml"), "data = \"d\"\npd = \"a:1\"\n");
        JsonNode region = cluster.json("region list").get("items").get(0);
        long here = region.get("leaderStore").asLong();
        Run split = cluster.run("region split " + region.get("id") + " --at m --wait -o csv");
        assertThat(split.exitCode()).as(split.err()).isZero();
        names.put("REGION", region.get("id").asText());
        names.put("THERE", Long.toString(3 - here));
        names.put("HERE", Long.toString(here));
        names.put(
                "OPERATOR",
                split.out().lines().skip(1).findFirst().orElseThrow().split(",")[0]);
        names.put("FILE", directory.resolve("FILE").toString());
        names.put("OUT", directory.resolve("OUT").toString());
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static Run run(String command) {
        String line = command;
        for (Map.Entry<String, String> name : names.entrySet()) {
            line = line.replaceAll("\\b" + name.getKey() + "\\b", name.getValue());
        }
        return line.startsWith("config") ? Run.of(line.split(" ")) : cluster.run(line);
    }

    static Stream<Arguments> callsAndForms() {
        return CALLS.keySet().stream()
                .flatMap(command -> Stream.of(Form.values()).map(form -> Arguments.of(command, form)));
    }

    @Test
    void noCommandIsLeftOut() {
        Set<String> all = new TreeSet<>();
        walk(Cleave.commandLine(new PrintWriter(System.out), new PrintWriter(System.err)), all);
        Set<String> known = new TreeSet<>(CALLS.keySet());
        known.addAll(WITHOUT_ANSWER);
        known.addAll(OF_A_PLAYGROUND);

        assertThat(known).isEqualTo(all);
    }

    /** What can be run: leaves, and groups that are commands by themselves. */
    private static void walk(CommandLine command, Set<String> names) {
        boolean isGroup = !(command.getCommandSpec().userObject() instanceof java.util.concurrent.Callable);
        if (!isGroup) {
            names.add(command.getCommandSpec().qualifiedName().replaceFirst("^cleave ", ""));
        }
        command.getSubcommands().values().forEach(child -> walk(child, names));
    }

    @ParameterizedTest
    @MethodSource("callsAndForms")
    void everyCommandAnswersInEveryForm(String command, Form form) throws IOException {
        if (command.equals("region hot")) {
            await("what is asked is reported").atMost(Duration.ofSeconds(30)).until(() -> {
                run("kv get fruit:apple");
                return !run("region hot -o keys").out().isEmpty();
            });
        }
        Run run = run(CALLS.get(command) + " -o " + form);

        if (command.equals("region recover")) {
            // The store is heard of: refused, in every form alike. The form of its answer has a test of its own.
            assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
            assertThat(run.out()).isEmpty();
            return;
        }
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isNotBlank().endsWith("\n");
        switch (form) {
            case json -> {
                JsonNode document = JSON.readTree(run.out());
                assertThat(document.get("apiVersion").asText()).isEqualTo("v1");
                assertThat(document.get("kind").asText()).isNotBlank();
                assertThat(JSON.readerFor(JsonNode.class).readValues(run.out()).readAll())
                        .hasSize(1);
            }
            case csv -> {
                List<List<String>> records = records(run.out());
                assertThat(records).hasSizeGreaterThan(1);
                assertThat(records)
                        .allMatch(record -> record.size() == records.get(0).size());
                assertThat(records.get(0)).allMatch(name -> name.matches("[a-zA-Z0-9-]+"));
            }
            case keys ->
                assertThat(run.out().lines().toList())
                        .doesNotContain("ID", "KEY", "id", "key", "")
                        .allMatch(line -> !line.contains("  "));
            case table, wide -> assertThat(run.out()).doesNotContain("{", "\u001b");
        }
    }

    private static List<List<String>> records(String csv) {
        List<List<String>> records = new ArrayList<>();
        List<String> record = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean isQuoted = false;
        for (char c : csv.toCharArray()) {
            if (c == '"') {
                isQuoted = !isQuoted;
            } else if (!isQuoted && (c == ',' || c == '\n')) {
                record.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    records.add(record);
                    record = new ArrayList<>();
                }
            } else {
                cell.append(c);
            }
        }
        assertThat(isQuoted).isFalse();
        return records;
    }

    @Test
    void listsAreSortedCutAndReducedToColumns() {
        assertThat(run("region list --columns id,range --sort id:desc").out()).matches("ID +RANGE\n\\d+ .*\n\\d+ .*\n");
        List<String> ids = run("region list -o keys --sort id").out().lines().toList();
        List<String> reversed =
                run("region list -o keys --sort id:desc").out().lines().toList();
        assertThat(ids).hasSize(2).isSortedAccordingTo(java.util.Comparator.comparingLong(Long::parseLong));
        assertThat(reversed).containsExactly(ids.get(1), ids.get(0));
        assertThat(run("region list -o keys --sort id --limit 1").out()).isEqualTo(ids.get(0) + "\n");
        assertThat(run("region list -o csv --columns size,id").out()).startsWith("size,id\n");
        assertThat(run("region list -o wide").out()).contains("APPLIED");
        assertThat(run("region list").out()).doesNotContain("APPLIED");
    }

    @ParameterizedTest
    @CsvSource({
        "region list --sort rnage, --sort: no column 'rnage' (did you mean range?)",
        "region list --columns id;qps, no column 'qps' (known are",
        "region list --limit -1, --limit",
        "region list --watch=0, ''",
        "region list --watch=0.001, --watch: 0.05 to 3600 seconds",
    })
    void wrongSelectionsAreRefusedInWords(String command, String words) {
        Run run = run(command.replace(';', ','));

        assertThat(run.err()).contains(words);
        assertThat(run.exitCode()).isEqualTo(words.isEmpty() ? 0 : 2);
    }

    @Test
    void aWatchedCommandLooksAgain() throws IOException {
        Run run = run("status --watch=0.05 --looks 3 -o json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(JSON.readerFor(JsonNode.class).readValues(run.out()).readAll())
                .hasSize(3);
        assertThat(run("store list --watch=0.05 --looks 2").out().split("ID +ADDRESS", -1))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "region split REGION --at a --dry-run, 6, is not strictly inside",
        "region split 99 --at a --dry-run, 4, no region 99",
        "region migrate REGION --from THERE --to HERE --dry-run, 6, holds no replica",
        "region migrate REGION --from HERE --to HERE --dry-run, 6, possible targets: THERE",
        "region migrate REGION --from HERE --to 99 --dry-run, 4, no store 99",
        "region transfer-leader REGION --to THERE --dry-run, 6, holds no voter",
        "store remove 1 --lost --dry-run, 6, is heard of",
        "operator cancel 99 --dry-run, 4, operator 99 is not known",
    })
    void aDryRunIsRefusedAsTheOrderWouldBe(String command, int code, String words) {
        Run run = run(command);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
        assertThat(run.err()).contains(words.replace("THERE", names.get("THERE")));
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"pairs.tsv, 1", "pairs.csv, 0", "pairs.jsonl, 0"})
    void whatIsExportedIsImported(String file, int left) throws IOException {
        String prefix = file.replace('.', '-');
        cluster.run("kv put " + prefix + "/1 plain");
        cluster.runWords("kv", "put", prefix + "/2", "with \"quotes\", commas", "--pd", cluster.pd.toString());
        cluster.runWords("kv", "put", prefix + "/3", "b64:AAECAwr/", "--pd", cluster.pd.toString());
        cluster.runWords("kv", "put", prefix + "/4", "hex:68743a", "--pd", cluster.pd.toString());
        String range = " --start " + prefix + "/ --end " + prefix + "0";
        String before = run("kv scan -o json" + range).out();
        Path path = directory.resolve(file);

        Run exported = run("kv export " + path + range);
        assertThat(exported.out()).contains("exported " + (4 - left) + " pairs");
        assertThat(exported.exitCode()).as(exported.err()).isEqualTo(left == 0 ? 0 : 1);
        for (int i = 1; i <= 4; i++) {
            if (left == 0 || i != 3) {
                cluster.run("kv delete " + prefix + "/" + i);
            }
        }
        if (left > 0) {
            assertThat(exported.err()).contains("left out " + prefix + "/3");
        }
        Run dry = run("kv import --dry-run " + path);
        assertThat(dry.out()).contains("would import " + (4 - left));
        Run imported = run("kv import " + path);

        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(run("kv scan -o json" + range).out()).isEqualTo(before);
        assertThat(Path.of(path + ".part")).doesNotExist();
        assertThat(Path.of(path + ".import-resume")).doesNotExist();
    }

    @Test
    void badLinesOfAnyFormatAreNamedAndLeftOut() throws IOException {
        Path csv = Files.writeString(
                directory.resolve("bad.csv"), "key,value\nbad/1,ok\nbad/2\n,x\nhex:zz,x\nbad/3,hex:00\n");
        Path json = Files.writeString(
                directory.resolve("bad.jsonl"),
                "{\"key\":\"bad/4\",\"value\":\"ok\"}\n{\"key\":\"x\"}\n[]\n{\"key\":\n{\"kee\":\"x\",\"value\":\"\"}\n");

        Run first = run("kv import " + csv);
        Run second = run("kv import " + json);

        assertThat(first.exitCode()).isEqualTo(1);
        assertThat(first.err())
                .contains("line 3: 1 cells, not two", "line 4: empty key", "line 5: what follows hex:", "3 bad lines");
        assertThat(second.err())
                .contains(
                        "line 2: no value",
                        "line 3: not a JSON object",
                        "line 4: not valid JSON",
                        "line 5: unknown field kee");
        assertThat(run("kv scan -o keys --start bad/ --end bad0").out()).isEqualTo("bad/1\nbad/3\nbad/4\n");
    }

    @Test
    void anImportGoesOnWhereItBrokeOff() throws IOException {
        Path file = Files.writeString(directory.resolve("broken.tsv"), "again/1\ta\nagain/2\tb\nagain/3\tc\n");
        String stamp = Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
        Files.writeString(Path.of(file + ".import-resume"), stamp + "\n2\n");

        Run run = run("kv import --resume " + file);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("going on behind line 2");
        assertThat(run("kv scan -o keys --start again/ --end again0").out()).isEqualTo("again/3\n");
        Files.writeString(Path.of(file + ".import-resume"), "another file\n2\n");
        assertThat(run("kv import --resume " + file).err()).contains("beginning with line 1");
        assertThat(run("kv scan -o keys --start again/ --end again0").out()).isEqualTo("again/1\nagain/2\nagain/3\n");
    }

    @Test
    void anExportGoesOnWhereItBrokeOff() throws IOException {
        cluster.run("kv put part/1 a");
        cluster.run("kv put part/2 b");
        cluster.run("kv put part/3 c");
        Path file = directory.resolve("part.csv");
        Files.writeString(Path.of(file + ".part"), "key,value\npart/1,a\npart/2,b\npart/");
        Files.writeString(Path.of(file + ".part.at"), "28\n706172742f32\n");

        Run run = run("kv export --resume " + file + " --start part/ --end part0");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("going on behind part/2");
        assertThat(file).hasContent("key,value\npart/1,a\npart/2,b\npart/3,c\n");
        assertThat(Path.of(file + ".part.at")).doesNotExist();
    }

    /** Its stores and the split of this test give every series something to show. */
    @Test
    void theSeriesOfThePlacementDriverThatThePageNamesAreServed() throws Exception {
        String page = Files.readString(Path.of("../../docs/operations.md"));
        Matcher name = Pattern.compile("`(cleave_pd_[a-z_]+)").matcher(page);
        Set<String> names = new TreeSet<>();
        while (name.find()) {
            names.add(name.group(1));
        }
        assertThat(names).hasSizeGreaterThan(10);

        await("what is looked at once a second has been looked at")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(placementMetrics())
                        .contains(names.stream().map(each -> "\n" + each).toList())
                        .contains("cleave_pd_operator_total{kind=\"split\",result=\"done\"} 1.0")
                        .contains("cleave_pd_operator_step_duration_seconds_count{step=\"split\"} 1")
                        .contains("cleave_pd_store_heartbeat_age_seconds{store=\"1\"}"));
    }

    private static String placementMetrics() throws Exception {
        HttpRequest ask = HttpRequest.newBuilder(URI.create("http://" + cluster.pdHttp + "/metrics"))
                .build();
        return HttpClient.newHttpClient()
                .send(ask, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void theShellTakesOneCommandAfterTheOther() {
        InputStream before = System.in;
        String lines =
                "put shell/1 'two words'\nget shell/1\n\nget shell/none\nregion list -o keys\nstore --data x\nquit\nget never\n";
        System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        Run run;
        try {
            run = run("kv shell");
        } finally {
            System.setIn(before);
        }

        assertThat(run.exitCode()).as("that of the first that failed").isEqualTo(4);
        assertThat(run.out()).startsWith("ok\ntwo words\n").matches("(?s).*\n\\d+\n\\d+\n");
        assertThat(run.err())
                .contains("no such key: shell/none", "store is for another terminal")
                .doesNotContain("never");
    }

    @Test
    void theCompletionScriptIsSoundAndKnowsEveryCommand() throws Exception {
        Run run = Run.of("completion");
        Path script = Files.writeString(directory.resolve("completion.sh"), run.out());

        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script
                                + " && COMP_WORDS=(cleave region sp) COMP_CWORD=2 && COMP_LINE='cleave region sp' &&"
                                + " COMP_POINT=16 && _complete_cleave && echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();
        String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(printed.trim()).isEqualTo("split");
        assertThat(bash.exitValue()).isZero();
    }
}
