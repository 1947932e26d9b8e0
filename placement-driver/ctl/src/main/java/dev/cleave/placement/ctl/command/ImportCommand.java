package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.placement.ctl.output.Sizes;
import dev.cleave.region.client.AsyncCleaveClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave kv import FILE}. */
@Command(
        name = "import",
        description = {
            "Writes the pairs of a file: tsv (key, tab, value, bytes as they are), csv (text, hex:... or b64:...) or jsonl (JSON lines).",
            "Of several lines with one key the last one wins. Bad lines are named by number and left out."
        },
        mixinStandardHelpOptions = true)
public final class ImportCommand extends AdminCommand {
    private static final long PROGRESS_NANOS = Duration.ofSeconds(1).toNanos();

    @Parameters(paramLabel = "FILE", description = "The file; - reads from standard input.")
    private String file = "";

    @Option(
            names = "--format",
            paramLabel = "tsv|csv|jsonl",
            description = "How the file is written. Default: by its name, else tsv")
    private @Nullable PairFormat format;

    @Option(
            names = "--resume",
            description = "Go on behind the line that an import of this file that broke off had reached.")
    private boolean isResumed;

    @Option(names = "--dry-run", description = "Only read the file and name its bad lines.")
    private boolean isDryRun;

    private long startNanos;
    private long toldNanos;

    @Override
    protected int run(Session session) {
        try (InputStream in = open()) {
            ResumePoint point = ResumePoint.of(file);
            long done = isResumed ? point.line() : 0;
            if (isResumed) {
                note(done == 0 ? "nothing to go on from: beginning with line 1" : "going on behind line " + done);
            }
            startNanos = session.nanos();
            toldNanos = startNanos;
            Importer importer = importer(session, point, done);
            try {
                Importer.Count count =
                        importer.run(behind(PairFormat.of(file, format).lines(in), done));
                if (!isDryRun) {
                    point.forget();
                }
                return end(count, session.nanos() - startNanos);
            } catch (CommandFailure broken) {
                point.keep(Math.max(done, importer.certainLine()));
                throw broken;
            }
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, "reading " + file + " failed: " + broken.getMessage());
        }
    }

    private Importer importer(Session session, ResumePoint point, long done) {
        Importer[] self = new Importer[1];
        if (isDryRun) {
            return new Importer(pairs -> CompletableFuture.completedFuture(null), pause -> {}, this::note, count -> {});
        }
        AsyncCleaveClient client = session.client().async();
        self[0] = new Importer(
                client::putAll,
                session::pause,
                this::note,
                count -> tell(session, count, point, Math.max(done, self[0].certainLine())));
        return self[0];
    }

    private static PairLines behind(PairLines lines, long done) throws IOException {
        return () -> {
            PairLine line = lines.next();
            while (line != null && line.number() <= done) {
                line = lines.next();
            }
            return line;
        };
    }

    private InputStream open() throws IOException {
        if (file.equals("-")) {
            return System.in;
        }
        Path path = Path.of(file);
        if (Files.isDirectory(path)) {
            throw new CommandFailure(ExitCode.FAILED, file + " is a directory; name a file, or - for standard input");
        }
        try {
            return new BufferedInputStream(Files.newInputStream(path), 256 << 10);
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(ExitCode.FAILED, "there is no file " + file);
        } catch (AccessDeniedException denied) {
            throw new CommandFailure(ExitCode.FAILED, "may not read " + file + "; check its permissions");
        }
    }

    private void tell(Session session, Importer.Count count, ResumePoint point, long line) {
        long now = session.nanos();
        if (now - toldNanos >= PROGRESS_NANOS) {
            toldNanos = now;
            point.keep(line);
            note(String.format(
                    Locale.ROOT, "  %,d lines · %s · %,d lines/s", count.imported(), Sizes.bytes(count.bytes()), (long)
                            (count.imported() / seconds(now - startNanos))));
        }
    }

    private int end(Importer.Count count, long nanos) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file);
        json.put("lines", count.lines());
        json.put("imported", isDryRun ? 0 : count.imported());
        json.put("bad", count.bad());
        json.put("undetermined", count.undetermined());
        json.put("bytes", count.bytes());
        json.put("seconds", seconds(nanos));
        String words = String.format(
                Locale.ROOT,
                "%s %d of %d lines (%s) in %.1f s\n",
                isDryRun ? "would import" : "imported",
                count.imported(),
                count.lines(),
                Sizes.bytes(count.bytes()),
                seconds(nanos));
        answer(Listing.single("Import", json, words));
        if (count.undetermined() > 0) {
            throw new CommandFailure(
                    ExitCode.OUTCOME_UNKNOWN,
                    count.undetermined() + " lines MAY have been written; import them again to be sure");
        }
        if (count.bad() > 0) {
            throw new CommandFailure(
                    ExitCode.FAILED, count.bad() + " bad lines were left out; correct them and import them again");
        }
        return ExitCode.OK;
    }

    private static double seconds(long nanos) {
        return Math.max(1, nanos / 1_000_000) / 1000.0;
    }
}
