package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.Randomness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Power is cut under stores that take writes: their file systems are shut down without a flush, at random moments. Nothing that was
 * acknowledged is lost, terms only grow, and every store starts again. Needs root.
 */
@Tag("long")
class PowerLossTest {
    private static final int CUTS = 100;
    /** A cluster's first cuts find it young, its later ones with a past: both count. */
    private static final int CUTS_PER_CLUSTER = 20;

    private static final int CUTS_OF_ONE_AMONG_THREE = 25;
    /** A build that does not force loses something at nearly every cut. */
    private static final int CUTS_WITHOUT_SYNC = 10;

    /** Kept, but for the disks: logs tell why a store did not start. */
    private Path directory;

    @BeforeEach
    void make() throws IOException {
        Path parent = Files.createDirectories(Path.of("target", "power-loss").toAbsolutePath());
        directory = Files.createTempDirectory(parent, "run");
    }

    @BeforeAll
    static void needsAFileSystemOfItsOwn() throws IOException {
        Optional<String> why = LoopDisk.whyNot();
        Assumptions.assumeTrue(why.isEmpty(), () -> "power cannot be cut here: " + why.orElse(""));
    }

    @Test
    void thePowerCutItselfLosesWhatWasNotForcedAndKeepsWhatWas() throws IOException {
        try (LoopDisk disk = new LoopDisk(directory, "disk")) {
            Path file = disk.root().resolve("file");
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {1, 1, 1, 1}), 0);
                channel.force(true);
                try (FileChannel parent = FileChannel.open(disk.root())) {
                    parent.force(true);
                }
                channel.write(ByteBuffer.wrap(new byte[] {2, 2, 2, 2}), 0);
                Files.createFile(disk.root().resolve("another"));
                disk.cutPower();
            }
            disk.restorePower();

            assertThat(Files.readAllBytes(file)).containsExactly(1, 1, 1, 1);
            assertThat(disk.root().resolve("another")).doesNotExist();
        }
    }

    @Test
    void aLoneStoreLosesPowerAHundredTimesAndKeepsWhatItAcknowledged() throws Exception {
        cutOften(List.of(1));
    }

    @Test
    void allThreeStoresLosePowerAtOnceAHundredTimesAndKeepWhatTheyAcknowledged() throws Exception {
        cutOften(List.of(1, 2, 3));
    }

    private void cutOften(List<Integer> stores) throws Exception {
        for (int cuts = 0; cuts < CUTS; cuts += CUTS_PER_CLUSTER) {
            make();
            try (Powered cluster = new Powered(stores.size(), List.of())) {
                for (int cut = 1; cut <= CUTS_PER_CLUSTER; cut++) {
                    assertThat(cluster.cutAndLook(stores)).as("cut " + cut).isEmpty();
                }
                cluster.tell();
            }
        }
    }

    @Test
    void oneOfThreeStoresLosesPowerWhileTheOthersServeOn() throws Exception {
        try (Powered cluster = new Powered(3, List.of())) {
            for (int cut = 1; cut <= CUTS_OF_ONE_AMONG_THREE; cut++) {
                assertThat(cluster.cutAndLook(List.of(1 + cut % 3)))
                        .as("cut " + cut)
                        .isEmpty();
            }
            cluster.tell();
        }
    }

    @Test
    void aBuildThatDoesNotForceIsCaught() throws Exception {
        List<String> problems = new ArrayList<>();
        try (Powered cluster = new Powered(1, List.of("--sync=false"))) {
            for (int cut = 1; cut <= CUTS_WITHOUT_SYNC && problems.isEmpty(); cut++) {
                problems.addAll(cluster.cutAndLook(List.of(1)));
            }
            assertThat(cluster.nodes.command.log("store1")).contains("LOSES ACKNOWLEDGED WRITES");
        }
        assertThat(problems).as("what a store loses that does not force").isNotEmpty();
        System.out.println("power loss without sync: " + problems.size() + " problems, first: " + problems.get(0));
    }

    /** A cluster whose stores have a disk each, under writers that count. */
    private final class Powered implements AutoCloseable {
        private final long seed = System.nanoTime();
        private final Randomness random = Randomness.seeded(seed);
        private final Map<Integer, LoopDisk> disks = new TreeMap<>();
        private final ObjectMapper json = new ObjectMapper();
        private final HttpClient http = HttpClient.newHttpClient();
        private final long startNanos = System.nanoTime();
        private final int stores;
        private int cuts;
        final HandMade nodes;
        private final Ledger ledger;

        Powered(int stores, List<String> flags) throws IOException {
            this.stores = stores;
            System.out.println("power loss: seed " + seed);
            for (int store = 1; store <= stores; store++) {
                disks.put(store, new LoopDisk(directory, "disk" + store));
            }
            nodes = new HandMade(directory, this::data, flags);
            // They live for seconds: what a better compiler would do for them comes too late.
            nodes.command.environment("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
            nodes.startAll(stores);
            long whole = nodes.regions().get(0).region().id();
            nodes.cli("region", "split", Long.toString(whole), "--at", "count-2", "--at", "count-3", "--wait")
                    .expect(0);
            nodes.awaitWhole(stores);
            ledger = new Ledger(nodes.pd(), List.of("count-1", "count-2", "count-3"), 3, 1);
        }

        private String data(String name) {
            return name.equals("pd")
                    ? directory.resolve("pd").toString()
                    : disks.get(number(name)).root().resolve("data").toString();
        }

        /** Cuts the power of some stores under load, starts them again, and tells what is not as it must be. */
        List<String> cutAndLook(List<Integer> victims) throws Exception {
            cuts++;
            ledger.resume();
            ledger.awaitAnswers(random.between(10, 300));
            Map<Long, Long> termsBefore = terms();
            spin(random.below(20_000_000));
            List<Integer> order = shuffled(victims);
            ledger.freeze();
            for (int victim : order) {
                disks.get(victim).cutPower();
            }
            for (int victim : order) {
                nodes.kill("store" + victim);
                disks.get(victim).restorePower();
            }
            for (int victim : order) {
                nodes.startStore(victim);
            }
            return look(termsBefore, victims.size() == stores);
        }

        private List<String> look(Map<Long, Long> termsBefore, boolean haveAllLostPower) throws Exception {
            List<String> problems = new ArrayList<>();
            try {
                nodes.awaitListening();
                problems.addAll(ledger.check());
                Map<Long, Long> termsAfter = terms();
                termsBefore.forEach((region, before) -> {
                    long after = termsAfter.getOrDefault(region, 0L);
                    // Who has voted in a term and has forgotten it makes that term's second leader.
                    if (after < before || (haveAllLostPower && after == before)) {
                        problems.add("region " + region + " had a leader in term " + before + ", and now in " + after);
                    }
                });
            } catch (ConditionTimeoutException | IOException dead) {
                problems.add("not every store starts: " + dead);
            }
            for (String name : nodes.names()) {
                if (!nodes.isRunning(name)) {
                    problems.add(name + " has ended; its log is in " + directory);
                }
            }
            return problems;
        }

        /** The terms of the leaders there are, by region, as the stores themselves tell. */
        private Map<Long, Long> terms() throws Exception {
            Map<Long, Long> terms = new TreeMap<>();
            for (int store = 1; store <= stores; store++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + nodes.http(store) + "/status"))
                        .timeout(Duration.ofSeconds(30))
                        .build();
                JsonNode status = json.readTree(
                        http.send(request, BodyHandlers.ofString()).body());
                for (JsonNode region : status.path("regions")) {
                    if (region.path("role").asText().equals("leader")) {
                        terms.merge(
                                region.path("id").asLong(), region.path("term").asLong(), Math::max);
                    }
                }
            }
            return terms;
        }

        void tell() {
            System.out.printf(
                    "power loss: %d stores, %d cuts, %d writes acknowledged, %d s%n",
                    stores, cuts, ledger.answers(), (System.nanoTime() - startNanos) / 1_000_000_000L);
        }

        private List<Integer> shuffled(List<Integer> victims) {
            List<Integer> order = new ArrayList<>(victims);
            for (int i = order.size() - 1; i > 0; i--) {
                Collections.swap(order, i, (int) random.below(i + 1));
            }
            return order;
        }

        private static void spin(long nanos) {
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
        }

        private static int number(String name) {
            return Integer.parseInt(name.substring("store".length()));
        }

        @Override
        public void close() throws Exception {
            ledger.close();
            nodes.close();
            for (LoopDisk disk : disks.values()) {
                disk.close();
            }
        }
    }
}
