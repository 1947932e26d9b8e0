package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.KeyText;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.placement.ctl.output.Sizes;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.KeyValue;
import dev.cleave.region.client.ScanIterator;
import dev.cleave.region.client.ScanRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave kv export FILE}. */
@Command(
        name = "export",
        description = {
            "Writes the pairs of a range into a file that kv import reads: tsv, csv or jsonl (JSON lines), which takes everything.",
            "Until it is whole the file is called FILE.part. Each page is a snapshot; the whole is not one moment of the cluster."
        },
        mixinStandardHelpOptions = true)
public final class ExportCommand extends AdminCommand {
    private static final long PROGRESS_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int NAMED_MAX = 100;

    @Parameters(paramLabel = "FILE", description = "The file; - writes to standard output.")
    private String file = "";

    @Option(
            names = "--format",
            paramLabel = "tsv|csv|jsonl",
            description = "How to write it. Default: by the file's name, else tsv")
    private @Nullable PairFormat format;

    @Option(names = "--resume", description = "Go on with what an export that broke off has left in FILE.part.")
    private boolean isResumed;

    @Mixin
    private RangeOptions range = new RangeOptions();

    private long pairs;
    private long leftOut;
    private long bytes;

    @Override
    void check() {
        range.range();
    }

    @Override
    protected int run(Session session) {
        long start = session.nanos();
        try (ExportFile target = ExportFile.open(file, isResumed)) {
            write(session, target);
            target.finish();
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, "writing " + file + " failed: " + broken.getMessage());
        } catch (CleaveException failed) {
            CommandFailure told = Failures.ofCall(failed, session.timeout(), "cleave kv scan");
            throw new CommandFailure(
                    told.exitCode(),
                    told.getMessage() + "\n  " + pairs + " pairs are in " + file + ".part; go on with --resume");
        }
        return end((session.nanos() - start) / 1_000_000 / 1000.0);
    }

    private void write(Session session, ExportFile target) throws IOException {
        PairFormat chosen = PairFormat.of(file, format);
        OutputStream out = target.out();
        if (target.lastKey().isEmpty()) {
            out.write(chosen.heading().getBytes(StandardCharsets.UTF_8));
        } else {
            note("going on behind " + target.lastKey().get());
        }
        long startNanos = session.nanos();
        long told = startNanos;
        ScanIterator rows = session.client().iterate(ScanRequest.of(from(target.lastKey())));
        while (rows.hasNext()) {
            KeyValue row = rows.next();
            if (target.lastKey().filter(row.key()::equals).isPresent()) {
                continue;
            }
            write(row, chosen, out);
            long now = session.nanos();
            if (now - told >= PROGRESS_NANOS) {
                told = now;
                target.keep(row.key());
                note(String.format(Locale.ROOT, "  %,d pairs · %s · %,d pairs/s", pairs, Sizes.bytes(bytes), (long)
                        (pairs * 1e9 / (now - startNanos))));
            }
        }
    }

    /** From the last key on, which itself is there already. */
    private KeyRange from(Optional<Key> last) {
        KeyRange whole = range.range();
        return last.map(key -> KeyRange.of(key, whole.endExclusive())).orElse(whole);
    }

    private void write(KeyValue row, PairFormat chosen, OutputStream out) throws IOException {
        Optional<byte[]> line = chosen.line(row.key().bytes(), row.value().bytes());
        if (line.isPresent()) {
            out.write(line.get());
            pairs++;
            bytes += row.key().length() + row.value().length();
            return;
        }
        leftOut++;
        if (leftOut <= NAMED_MAX) {
            note("left out " + KeyText.format(row.key().bytes()) + ": a line end or a tab has no place in tsv");
        } else if (leftOut == NAMED_MAX + 1) {
            note("further ones are only counted");
        }
    }

    private int end(double seconds) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", file);
        json.put("pairs", pairs);
        json.put("leftOut", leftOut);
        json.put("bytes", bytes);
        json.put("seconds", seconds);
        String words =
                String.format(Locale.ROOT, "exported %d pairs (%s) in %.1f s\n", pairs, Sizes.bytes(bytes), seconds);
        if (file.equals("-")) {
            note(words.trim());
        } else {
            answer(Listing.single("Export", json, words));
        }
        if (leftOut > 0) {
            throw new CommandFailure(
                    ExitCode.FAILED, leftOut + " pairs have no place in tsv and were left out; use --format jsonl");
        }
        return ExitCode.OK;
    }
}
