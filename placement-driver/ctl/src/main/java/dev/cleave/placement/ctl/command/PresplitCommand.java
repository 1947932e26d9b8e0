package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave region presplit FILE}. */
@Command(
        name = "presplit",
        description = {
            "Divides regions until one begins at each key of a file: before a table is filled, for example.",
            "Whatever has such a border already is left alone, so it may be repeated after a failure."
        },
        mixinStandardHelpOptions = true)
public final class PresplitCommand extends AdminCommand {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration NO_REGION_POLL = Duration.ofSeconds(1);
    private static final int KEYS_MAX = 100_000;
    private static final Set<Integer> WORTH_ANOTHER_ROUND =
            Set.of(ExitCode.UNREACHABLE, ExitCode.FAILED, ExitCode.NOT_FOUND, ExitCode.OUTCOME_UNKNOWN);
    /** Splits asked for before it is waited for their end: they run side by side. */
    private static final int SPLITS_AT_ONCE = 256;

    @Parameters(
            paramLabel = "FILE",
            description = "One key per line: text, hex:... or b64:..., in any order; - reads from standard input.")
    private String file = "";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "Give up after so long; what was asked for goes on (default ${DEFAULT-VALUE}).",
            converter = Seconds.class)
    private double waitSeconds;

    private int splits;

    @Override
    protected int run(Session session) {
        NavigableSet<Key> keys = keys();
        long start = session.nanos();
        long end = start + (long) (waitSeconds * 1e9);
        String trouble = "";
        List<Region> regions = regions(session);
        while (Presplit.left(keys, regions) > 0) {
            if (session.nanos() - end >= 0) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        Presplit.left(keys, regions) + " of " + keys.size() + " keys have no border after "
                                + waitSeconds + " s" + trouble + "; give the same command again to go on");
            }
            note(String.format(
                    Locale.ROOT,
                    "  %,d of %,d keys have a border",
                    keys.size() - Presplit.left(keys, regions),
                    keys.size()));
            List<PdRequest.SplitRegion> next = Presplit.next(keys, regions);
            if (next.isEmpty()) {
                trouble = "; last trouble: the placement driver knows no region there yet, is a store running?";
                session.pause(NO_REGION_POLL);
            } else {
                trouble = divide(session, next, end);
            }
            regions = regions(session);
        }
        double seconds = (session.nanos() - start) / 1e9;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("keys", keys.size());
        json.put("splits", splits);
        json.put("regions", regions.size());
        json.put("seconds", seconds);
        String words = String.format(
                Locale.ROOT,
                "%d keys have a border, by %d splits in %.1f s; there are %d regions\n",
                keys.size(),
                splits,
                seconds,
                regions.size());
        answer(Listing.single("Presplit", json, words));
        return ExitCode.OK;
    }

    private static List<Region> regions(Session session) {
        return session.ask(new PdRequest.ListRegions(0), PdReply.Regions.class).regions().stream()
                .map(RegionView::region)
                .toList();
    }

    /** Has regions divided side by side; returns what went wrong last, if anything: the next round tries again. */
    private String divide(Session session, List<PdRequest.SplitRegion> wanted, long endNanos) {
        String trouble = "";
        for (int from = 0; from < wanted.size(); from += SPLITS_AT_ONCE) {
            List<Long> operators = new ArrayList<>();
            for (PdRequest.SplitRegion split : wanted.subList(from, Math.min(wanted.size(), from + SPLITS_AT_ONCE))) {
                try {
                    operators.add(session.ask(split, PdReply.Accepted.class).operatorId());
                    splits++;
                } catch (CommandFailure refused) {
                    if (!WORTH_ANOTHER_ROUND.contains(refused.exitCode())) {
                        throw refused;
                    }
                    // Busy, without a leader, divided by somebody else meanwhile, or nobody knows: the next round
                    // looks.
                    trouble = "; last trouble: " + refused.getMessage();
                }
            }
            for (long operator : operators) {
                await(session, operator, endNanos);
            }
            session.pause(POLL);
        }
        return trouble;
    }

    private static void await(Session session, long operator, long endNanos) {
        while (session.nanos() - endNanos < 0 && isRunning(session, operator)) {
            session.pause(POLL);
        }
    }

    private static boolean isRunning(Session session, long operator) {
        try {
            List<OperatorView> found = session.ask(new PdRequest.ListOperators(operator), PdReply.Operators.class)
                    .operators();
            return !found.isEmpty() && found.get(0).state() == OperatorView.State.RUNNING;
        } catch (CommandFailure unknown) {
            if (unknown.exitCode() != ExitCode.NOT_FOUND) {
                throw unknown;
            }
            return false; // It has ended so long ago that others have taken its place in the list.
        }
    }

    private NavigableSet<Key> keys() {
        NavigableSet<Key> keys = new TreeSet<>();
        try (BufferedReader in = open()) {
            int number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (!line.isEmpty()) {
                    keys.add(Keys.bounded(file + " line " + number, line));
                }
                if (keys.size() > KEYS_MAX) {
                    throw new CommandFailure(
                            ExitCode.USAGE, "at most " + KEYS_MAX + " keys at once; share them out among files");
                }
            }
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(ExitCode.FAILED, "there is no file " + file);
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, "reading " + file + " failed: " + broken.getMessage());
        }
        if (keys.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, file + " holds no key");
        }
        return keys;
    }

    private BufferedReader open() throws IOException {
        return file.equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8);
    }
}
