package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Json;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cleave kv import FILE.tsv}. */
@Command(
        name = "import",
        description = {
            "Writes the lines of a file, each a key, a tab and a value, as they are (bytes).",
            "Of several lines with one key the last one wins. Bad lines are named by number and left out."
        },
        mixinStandardHelpOptions = true)
public final class ImportCommand extends AdminCommand {
    private static final long PROGRESS_NANOS = Duration.ofSeconds(1).toNanos();

    @Parameters(paramLabel = "FILE", description = "The file; - reads from standard input.")
    private String file = "";

    private long startNanos;
    private long toldNanos;

    @Override
    protected int run(Session session) {
        try (InputStream in = open()) {
            startNanos = session.nanos();
            toldNanos = startNanos;
            AsyncCleaveClient client = session.client().async();
            Importer importer = new Importer(client::putAll, session::pause, this::note, count -> tell(session, count));
            return end(importer.run(new TsvLines(in)), session.nanos() - startNanos);
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, "reading " + file + " failed: " + broken.getMessage());
        }
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

    private void tell(Session session, Importer.Count count) {
        long now = session.nanos();
        if (now - toldNanos >= PROGRESS_NANOS) {
            toldNanos = now;
            note(String.format(
                    Locale.ROOT, "  %,d lines · %s · %,d lines/s", count.imported(), Sizes.bytes(count.bytes()), (long)
                            (count.imported() / seconds(now - startNanos))));
        }
    }

    private int end(Importer.Count count, long nanos) {
        if (isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("lines", count.lines());
            json.put("imported", count.imported());
            json.put("bad", count.bad());
            json.put("undetermined", count.undetermined());
            json.put("bytes", count.bytes());
            json.put("seconds", seconds(nanos));
            print(Json.document("Import", json));
        } else {
            print(String.format(
                    Locale.ROOT,
                    "imported %d of %d lines (%s) in %.1f s",
                    count.imported(),
                    count.lines(),
                    Sizes.bytes(count.bytes()),
                    seconds(nanos)));
        }
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
