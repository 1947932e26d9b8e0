package dev.cleave.engine.kv;

import static dev.cleave.engine.kv.KvEngine.Family.DATA;
import static dev.cleave.engine.kv.KvEngine.Family.META;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a working process at random moments and looks at what is left: both families at the same batch, nothing claimed durable that
 * is gone, installs and destroys whole.
 */
class RocksKillTest {
    private static final int ENGINES = 8;

    @TempDir
    Path directory;

    /** What was claimed durable, by engine and region. */
    private long[][] claims = new long[ENGINES][3];

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aKilledEngineHoldsAPrefixAndNoClaimWasTooHigh() throws Exception {
        killOften(7, Randomness.seeded(11));
    }

    @Test
    @Tag("long")
    void aKilledEngineHoldsAPrefixThousandsOfTimes() throws Exception {
        Path top = directory;
        for (int series = 0; series < 25; series++) {
            directory = java.nio.file.Files.createDirectory(top.resolve("series-" + series));
            claims = new long[ENGINES][3];
            killOften(12, Randomness.seeded(1000 + series));
        }
    }

    private void killOften(int rounds, Randomness random) throws Exception {
        for (int round = 0; round < rounds; round++) {
            runAndKill(random.below(6) == 0 ? random.below(30) : random.below(800), random.below(200_000));
            for (int engine = 0; engine < ENGINES; engine++) {
                checkWhatIsLeft(engine, "round " + round);
            }
        }
        for (int region = 0; region < claims[0].length; region++) {
            int at = region;
            // A single engine may be killed each time before its last region has been flushed.
            assertThat(Arrays.stream(claims).mapToLong(ofEngine -> ofEngine[at]).max())
                    .as("region %s came to something", region)
                    .matches(max -> max.orElse(0) > 0);
        }
    }

    private void runAndKill(long linesBeforeTheKill, long spins) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KillVictim.class.getName()));
        for (int engine = 0; engine < ENGINES; engine++) {
            command.add(directory(engine).toString());
        }
        Process victim = new ProcessBuilder(command)
                .redirectError(new File(directory.toFile(), "victim.err"))
                .start();
        try (BufferedReader says = victim.inputReader()) {
            for (long i = 0; i <= linesBeforeTheKill; i++) {
                hear(says.readLine());
            }
            for (long i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            victim.toHandle().destroyForcibly(); // unlike the process' own, this leaves its last words readable
            for (String line = says.readLine(); line != null; line = says.readLine()) {
                if (line.split(" ").length == 4) {
                    hear(line);
                }
            }
        } finally {
            victim.destroyForcibly();
            assertThat(victim.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void hear(String line) {
        assertThat(line).as(() -> "the victim lives: " + errors()).isNotNull().doesNotStartWith("failed");
        String[] words = line.split(" ");
        if (words[0].equals("durable")) {
            long[] ofEngine = claims[Integer.parseInt(words[1])];
            int region = Integer.parseInt(words[2]);
            ofEngine[region] = Math.max(ofEngine[region], Long.parseLong(words[3]));
        }
    }

    private String errors() {
        try {
            return java.nio.file.Files.readString(directory.resolve("victim.err"));
        } catch (IOException none) {
            return none.toString();
        }
    }

    private Path directory(int engine) {
        return directory.resolve("engine-" + engine);
    }

    private void checkWhatIsLeft(int engine, String round) {
        try (RocksStore store = RocksStore.open(directory(engine), KillVictim.OPTIONS);
                KvSnapshot snapshot = store.snapshot()) {
            for (int region = 0; region <= KillVictim.INSTALL_REGION; region++) {
                String where = round + " engine " + engine + " region " + region;
                long state = KillVictim.number(store.get(META, KillVictim.metaKey(region)));
                assertThat(state).as(where).isGreaterThanOrEqualTo(claims[engine][region]);
                if (region < KillVictim.APPLY_REGIONS) {
                    assertThat(contents(snapshot, region))
                            .as("%s at %s", where, state)
                            .isEqualTo(texts(KillVictim.applied(region, state)));
                } else if (state > 0 && state % 3 == 1) {
                    assertThat(contents(snapshot, region))
                            .as("%s installed %s", where, state / 3)
                            .isEqualTo(texts(KillVictim.installed(state / 3)));
                } else if (state % 3 == 2) {
                    assertThat(contents(snapshot, region)).as(where).isEmpty();
                }
            }
        }
    }

    private static List<String> contents(KvSnapshot snapshot, int region) {
        List<String> found = new ArrayList<>();
        snapshot.scan(DATA, KillVictim.range(region), false, (key, value) -> found.add(text(Key.own(key), value)));
        return found;
    }

    private static List<String> texts(TreeMap<Key, byte[]> pairs) {
        List<String> texts = new ArrayList<>();
        pairs.forEach((key, value) -> texts.add(text(key, value)));
        return texts;
    }

    private static String text(Key key, byte[] value) {
        return key + "=" + java.util.Arrays.hashCode(value);
    }
}
