package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.KeyValue;
import dev.cleave.region.client.ScanRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is imported by the command line, its region split and migrated while a load runs, and read back whole through every door. */
class ImportTest {
    @TempDir
    private Path directory;

    @Test
    void aFileOf20000LinesIsReadBackWholeAndInOrder() throws Exception {
        importSplitMigrateAndReadBack(20_000, 1);
    }

    @Test
    @Tag("long")
    void aFileOf300000LinesIsReadBackWholeAndInOrder() throws Exception {
        importSplitMigrateAndReadBack(300_000, 4);
    }

    private void importSplitMigrateAndReadBack(int lines, int splits) throws Exception {
        TreeMap<String, String> expected = new TreeMap<>();
        for (int i = 0; i < lines; i++) {
            String name = String.format(Locale.ROOT, "package-%06d/%s", i, Integer.toHexString(i * 0x9E3779B9));
            expected.put(name, "Version: 1." + i + " | Description: ünïcode text number " + i);
        }
        Path file = directory.resolve("packages.tsv");
        try (var out = Files.newBufferedWriter(file)) {
            for (Map.Entry<String, String> pair : expected.entrySet()) {
                out.write(pair.getKey() + "\t" + pair.getValue() + "\n");
            }
        }

        try (HandMade cluster = new HandMade(directory)) {
            cluster.startAll(4);
            Command.Ended imported =
                    cluster.cli("kv", "import", file.toString()).expect(0);
            assertThat(imported.out() + imported.err()).contains(Integer.toString(lines));

            List<String> keys = new ArrayList<>(expected.keySet());
            CompletableFuture<Void> moving = CompletableFuture.runAsync(() -> splitAndMigrate(cluster, keys, splits));
            int writes = 0;
            try (CleaveClient client = CleaveClient.builder().pd(cluster.pd()).build()) {
                while (!moving.isDone() || writes < 200) {
                    String key = keys.get((writes * 7919) % lines);
                    client.put(key, expected.get(key));
                    assertThat(client.get(key)).isPresent();
                    writes++;
                }
                moving.join();
                readBackThroughClient(client, expected);
            }
            readBackThroughHttp(cluster.http(1), expected);
            readBackThroughCommandLine(cluster, expected, lines);
        }
    }

    private static void splitAndMigrate(HandMade cluster, List<String> keys, int splits) {
        try {
            ObjectMapper json = new ObjectMapper();
            for (int i = 1; i <= splits; i++) {
                String at = keys.get(keys.size() / (splits + 1) * i);
                JsonNode regions = json.readTree(
                        cluster.cli("region", "list", "-o", "json").expect(0).out());
                long last = regions.get("items")
                        .get(regions.get("items").size() - 1)
                        .get("id")
                        .asLong();
                cluster.cli("region", "split", Long.toString(last), "--at", at, "--wait")
                        .expect(0);
            }
            JsonNode first = json.readTree(cluster.cli("region", "list", "-o", "json")
                            .expect(0)
                            .out())
                    .get("items")
                    .get(0);
            List<Long> holders = new ArrayList<>();
            first.get("peers").forEach(peer -> holders.add(peer.get("store").asLong()));
            long free = List.of(1L, 2L, 3L, 4L).stream()
                    .filter(store -> !holders.contains(store))
                    .findFirst()
                    .orElseThrow();
            cluster.cli(
                            "region",
                            "migrate",
                            first.get("id").asText(),
                            "--from",
                            Long.toString(holders.get(0)),
                            "--to",
                            Long.toString(free),
                            "--wait")
                    .expect(0);
        } catch (java.io.IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private static void readBackThroughClient(CleaveClient client, TreeMap<String, String> expected) {
        Iterator<Map.Entry<String, String>> each = expected.entrySet().iterator();
        int seen = 0;
        try (var pairs = client.stream(ScanRequest.of(KeyRange.ALL))) {
            for (KeyValue pair : (Iterable<KeyValue>) pairs::iterator) {
                Map.Entry<String, String> next = each.next();
                assertThat(new String(pair.key().bytes(), StandardCharsets.UTF_8))
                        .isEqualTo(next.getKey());
                assertThat(new String(pair.value().bytes(), StandardCharsets.UTF_8))
                        .isEqualTo(next.getValue());
                seen++;
            }
        }
        assertThat(seen).isEqualTo(expected.size());
    }

    private static void readBackThroughHttp(String address, TreeMap<String, String> expected) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        ObjectMapper json = new ObjectMapper();
        Iterator<Map.Entry<String, String>> each = expected.entrySet().iterator();
        String next = "/scan?limit=5000";
        while (next != null) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://" + address + next))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode page = json.readTree(answer.body());
            for (JsonNode item : page.get("items")) {
                Map.Entry<String, String> pair = each.next();
                assertThat(item.get("key").asText()).isEqualTo(pair.getKey());
                assertThat(item.get("value").asText()).isEqualTo(pair.getValue());
            }
            next = page.hasNonNull("next") ? page.get("next").asText() : null;
        }
        assertThat(each.hasNext()).isFalse();
    }

    private static void readBackThroughCommandLine(HandMade cluster, TreeMap<String, String> expected, int lines)
            throws Exception {
        JsonNode scanned = new ObjectMapper()
                .readTree(cluster.cli("kv", "scan", "--limit", Integer.toString(lines), "-o", "json")
                        .expect(0)
                        .out());
        Iterator<Map.Entry<String, String>> each = expected.entrySet().iterator();
        for (JsonNode item : scanned.get("items")) {
            Map.Entry<String, String> pair = each.next();
            assertThat(item.get("key").asText()).isEqualTo(pair.getKey());
            assertThat(item.get("value").asText()).isEqualTo(pair.getValue());
        }
        assertThat(each.hasNext()).isFalse();
    }
}
