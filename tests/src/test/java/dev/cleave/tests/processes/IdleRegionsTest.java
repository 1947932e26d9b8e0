package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.RegionView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many idle regions on three real stores: made by one command, led, asleep, and there when they are wanted, also after a start of all three and while one is dead. How many is up to {@code
 * -Dcleave.idle.regions} (1,000). What they cost is asked by {@code IdleRegions} in {@code bench}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
class IdleRegionsTest {
    private static final int STORES = 3;
    private static final String LEADERS = "cleave_region_count{role=\"leader\"}";
    private static final int REGIONS = Integer.getInteger("cleave.idle.regions", 1_000);
    private static final int SECONDS_MAX = 300;

    private final HttpClient http = HttpClient.newHttpClient();
    private HandMade cluster;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        cluster = new HandMade(directory);
        cluster.startAll(STORES);
        Path keys = directory.resolve("keys");
        Files.write(
                keys, IntStream.range(1, REGIONS).mapToObj(IdleRegionsTest::key).toList());
        assertThat(cluster.cli("region", "presplit", keys.toString()).expect(0).out())
                .contains("there are " + REGIONS + " regions");
        assertThat(cluster.cli("region", "presplit", keys.toString()).expect(0).out())
                .as("what is there is left alone")
                .contains("by 0 splits");
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void scenario53_manyRegionsSleepAreWokenByWritesSurviveADeadStoreAndAreLedAgainAfterAStartOfAll() throws Exception {
        awaitAsleep(List.of(1, 2, 3));
        assertThat(cluster.regions())
                .hasSize(REGIONS)
                .allMatch(view -> view.region().peers().size() == STORES);

        writeToAll("first");
        awaitAsleep(List.of(1, 2, 3));

        int victim = mostLeaders();
        cluster.kill("store" + victim);
        writeToAll("second");
        List<Integer> left = IntStream.rangeClosed(1, STORES)
                .filter(store -> store != victim)
                .boxed()
                .toList();
        assertThat(sum(left, LEADERS)).isEqualTo(REGIONS);
        awaitAsleep(left);
        cluster.start("store" + victim);
        awaitAsleep(List.of(1, 2, 3));

        for (int store = 1; store <= STORES; store++) {
            cluster.kill("store" + store);
        }
        for (int store = 1; store <= STORES; store++) {
            cluster.start("store" + store);
        }
        HandMade.awaitThat("all are led", SECONDS_MAX, () -> sum(List.of(1, 2, 3), LEADERS) == REGIONS);
        readAll("second");
        awaitAsleep(List.of(1, 2, 3));
        cluster.awaitWhole(STORES);
        assertThat(cluster.regions()).extracting(RegionView::leaderStore).doesNotContain(0L);
    }

    private int mostLeaders() {
        int most = 1;
        for (int store = 2; store <= STORES; store++) {
            most = metric(store, LEADERS) > metric(most, LEADERS) ? store : most;
        }
        return most;
    }

    private void writeToAll(String value) {
        try (CleaveClient client = client()) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int region = 0; region < REGIONS; region++) {
                all.add(client.async().put(Key.utf8(key(region)), Value.utf8(value)));
            }
            all.forEach(CompletableFuture::join);
        }
    }

    private void readAll(String value) {
        try (CleaveClient client = client()) {
            for (int region = 0; region < REGIONS; region++) {
                assertThat(client.get(key(region))).hasValue(Value.utf8(value).bytes());
            }
        }
    }

    private CleaveClient client() {
        return CleaveClient.builder()
                .pd(cluster.pd())
                .callDeadline(Duration.ofSeconds(SECONDS_MAX))
                .build();
    }

    private void awaitAsleep(List<Integer> stores) {
        HandMade.awaitThat(
                "all regions sleep on stores " + stores,
                SECONDS_MAX,
                () -> stores.stream().allMatch(store -> metric(store, "cleave_region_asleep") == REGIONS));
    }

    private long sum(List<Integer> stores, String name) {
        return stores.stream().mapToLong(store -> metric(store, name)).sum();
    }

    /** 0 while the store does not answer. */
    private long metric(int store, String name) {
        try {
            URI uri = URI.create("http://" + cluster.http(store) + "/metrics");
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
            return http.send(request, BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(0);
        } catch (IOException away) {
            return 0;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** The first key of a region. */
    private static String key(int number) {
        return String.format(Locale.ROOT, "key%06d", number);
    }
}
