package dev.cleave.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Question: how fast is Cleave beside the stores that a Java team would take otherwise, on the same machine, in the same hour, all forcing writes to disk?
 *
 * <p>Starts the servers of all subjects, fills and warms each, then goes through them several times; all but the one that is measured are frozen meanwhile. If they do not fit into
 * memory together, in several {@link Blocks}. Last answer: {@code docs/performance.md}.
 */
public final class Compare {
    /** Keys that are there in every cell. */
    static final long KEYS = 100_000;

    private static final int FIRST_PORT = 25_000;

    private final CompareOptions options;
    private final Progress progress = new Progress();
    private final Map<Subject, String> absent = new LinkedHashMap<>();

    private Compare(CompareOptions options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Usage.run(CompareOptions.USAGE, arguments, CompareOptions::parse, options -> new Compare(options).run());
    }

    private void run() throws IOException, InterruptedException {
        List<List<Subject>> plan = plan();
        List<Results> blocks = new ArrayList<>();
        Path directory = Files.createTempDirectory("cleave-compare");
        try {
            int port = FIRST_PORT;
            for (List<Subject> subjects : plan) {
                String name = "block" + (blocks.size() + 1);
                progress.say("%s of %d: %s", name, plan.size(), Subject.names(subjects));
                try (Block block = new Block(subjects, options, progress, directory.resolve(name), port)) {
                    blocks.add(block.measured());
                }
                port += Block.ports(subjects);
            }
        } finally {
            delete(directory);
            // A block that ends early does not take with it what those before it have found.
            if (!blocks.isEmpty()) {
                new Report(options, blocks, absent).write();
            }
        }
    }

    /** Of those that are there. */
    private List<List<Subject>> plan() throws IOException {
        for (Subject subject : options.subjects()) {
            String why = Peers.absence(subject.peer());
            if (!why.isEmpty()) {
                progress.say("%s: %s", subject.name(), why);
                absent.put(subject, why);
            }
        }
        List<Subject> present = options.subjects().stream()
                .filter(subject -> !absent.containsKey(subject))
                .toList();
        long mebibytesMax = options.memoryMebibytes() > 0 ? options.memoryMebibytes() : Proc.spareMebibytes();
        List<List<Subject>> plan = Blocks.of(present, Peers::mebibytes, mebibytesMax);
        for (List<Subject> block : plan) {
            progress.say(
                    "will take up to about %,d of %,d MiB: %s",
                    Blocks.mebibytes(block, Peers::mebibytes), mebibytesMax, Subject.names(block));
        }
        progress.say("this takes about %.0f minutes", Schedule.of(options, plan).minutes());
        return plan;
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
