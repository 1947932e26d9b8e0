package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same seed happens the same way, event by event: in this class loader and in fresh ones, whose classes remember nothing; and in another process,
 * where identity hash codes, the order inside immutable sets and maps, and the number of cores differ.
 */
class DeterminismTest {
    private static final int SECONDS = 6;

    @ParameterizedTest
    @ValueSource(longs = {7, 20, 33})
    void theSameSeedIsTheSameChainOfEventsInFreshClassLoaders(long seed) throws Exception {
        String here = new Run(seed, SECONDS).go().toString();

        assertThat(inFreshLoader(seed)).isEqualTo(here);
        assertThat(inFreshLoader(seed)).isEqualTo(here);
    }

    @Test
    void theSameSeedIsTheSameChainOfEventsOnAnotherMachine(@TempDir Path directory) throws Exception {
        List<String> here = List.of(
                new Run(7, SECONDS).go().toString(), new Run(8, SECONDS).go().toString());

        for (String hashCodes : List.of("2", "3")) {
            List<String> there = inOtherProcess(directory, "7-8", "-XX:hashCode=" + hashCodes);

            assertThat(there.subList(0, 2)).isEqualTo(here);
        }
    }

    @Test
    void otherSeedsHappenOtherwise() {
        assertThat(new Run(8, 3).go().hash()).isNotEqualTo(new Run(9, 3).go().hash());
    }

    private static String inFreshLoader(long seed) throws Exception {
        try (URLClassLoader fresh = new FreshLoader(urls())) {
            Class<?> run = Class.forName(Run.class.getName(), true, fresh);
            assertThat(run).isNotSameAs(Run.class);
            Object made = run.getConstructor(long.class, int.class).newInstance(seed, SECONDS);
            return run.getMethod("go").invoke(made).toString();
        }
    }

    private static List<String> inOtherProcess(Path directory, String seeds, String option)
            throws IOException, InterruptedException {
        Path output = directory.resolve("out" + option.hashCode());
        Process process = new ProcessBuilder(command(seeds, option))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(() -> String.join("\n", lines)).isZero();
        return lines;
    }

    private static List<String> command(String seeds, String option) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockExperimentalVMOptions",
                option,
                "-XX:ActiveProcessorCount=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Simulate.class.getName(),
                "--seeds",
                seeds,
                "--seconds",
                Integer.toString(SECONDS),
                "--trace");
    }

    private static URL[] urls() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(part).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** Loads our own classes anew; libraries are shared. */
    private static final class FreshLoader extends URLClassLoader {
        FreshLoader(URL[] urls) {
            super(urls, DeterminismTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.cleave.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? findClass(name) : known;
            }
        }
    }
}
