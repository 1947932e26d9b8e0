package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes a Chronicle log is killed with signal 9 in full flight; everything it had been told is durable must be there. */
@Tag("long")
@Timeout(300)
final class KilledProcessTest {
    private static final int GROUPS = 20;

    @TempDir
    Path directory;

    @Test
    void killingTheWriterLosesNothingAcknowledged() throws Exception {
        for (int round = 1; round <= 6; round++) {
            Map<Long, Long> acknowledged = runAndKill(2_000L * round);
            check(acknowledged);
        }
    }

    /** Runs the writer until it has reported {@code lines} acknowledgements, then kills it. */
    private Map<Long, Long> runAndKill(long lines) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-javaagent"))
                .toList());
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), KilledProcessTest.class.getName(), directory.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Map<Long, Long> acknowledged = new TreeMap<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            long seen = 0;
            while ((line = reader.readLine()) != null) {
                String[] words = line.split(" ");
                if (words.length == 3 && words[0].equals("forced")) {
                    acknowledged.merge(Long.parseLong(words[1]), Long.parseLong(words[2]), Math::max);
                    if (++seen == lines) {
                        process.toHandle().destroyForcibly();
                    }
                }
            }
            assertThat(seen).as("acknowledgements before the end").isGreaterThanOrEqualTo(lines);
        }
        process.waitFor();
        return acknowledged;
    }

    private void check(Map<Long, Long> acknowledged) {
        TestLog log = new TestLog(LogOptions.small(), options -> ChronicleSegments.open(directory, options));
        acknowledged.forEach((group, last) -> {
            GroupImage image = log.image(group);
            assertThat(image.isBroken()).isFalse();
            assertThat(image.lastIndex()).isGreaterThanOrEqualTo(last);
            if (image.lastIndex() >= image.firstIndex()) {
                assertThat(log.read(group, image.lastIndex(), image.lastIndex()))
                        .isEqualTo("entry " + image.lastIndex());
            }
        });
        log.close();
    }

    /** The writer: appends to all groups, compacts now and then, and reports what is durable. */
    public static void main(String[] arguments) {
        SystemClock clock = new SystemClock();
        ThreadAgentHost host = new ThreadAgentHost(clock, (role, cause) -> {
            cause.printStackTrace();
            Runtime.getRuntime().halt(3);
        });
        SharedLog log = SharedLog.openChronicle(Path.of(arguments[0]), LogOptions.small(), host, clock);
        Map<Long, Long> last = new TreeMap<>();
        log.recovered().forEach(image -> last.put(image.group(), image.lastIndex()));
        while (true) {
            for (long id = 1; id <= GROUPS; id++) {
                long group = id;
                long index = last.merge(group, 1L, Long::sum);
                LogWrite write = new LogWrite(done -> System.out.println("forced " + group + " " + index));
                LogWrite.Section section = write.section(group, 1)
                        .entry(entry(index, 1, "entry " + index))
                        .hardState(1, group, index);
                if (index % 50 == group && index > 3) {
                    section.compact(index - 3, 1);
                }
                while (!log.write(write)) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
