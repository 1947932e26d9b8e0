package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.workload.KeyChooser;
import dev.cleave.region.workload.KeySpace;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.LoadConfig;
import dev.cleave.region.workload.LoadGenerator;
import dev.cleave.region.workload.LoadSnapshot;
import dev.cleave.region.workload.Mix;
import dev.cleave.region.workload.Outcome;
import dev.cleave.region.workload.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Two loads of sticky clients, one on each side of the key at which the region is split, and the history of what they saw. */
final class Loads {
    private static final int CLIENTS_PER_SIDE = 24;
    private static final int HISTORY_MAX = 3_000_000;
    private static final int KEYS = 5_000;
    private static final List<String> PREFIXES = List.of("cart:", "user:");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final KvTarget target;
    private final Clock clock;
    private final Timers timers;
    private final History history = History.bounded(HISTORY_MAX);
    private final List<LoadGenerator> running = new ArrayList<>();

    Loads(KvTarget target, Clock clock, Timers timers) {
        this.target = target;
        this.clock = clock;
        this.timers = timers;
    }

    /** What the loads did, together. */
    record Totals(long ok, long failed, long retried, long undetermined, long stallMaxMillis, String problems) {}

    static int clients() {
        return CLIENTS_PER_SIDE * PREFIXES.size();
    }

    History history() {
        return history;
    }

    /** The load that is judged. */
    void start() {
        PREFIXES.forEach(this::clear);
        start(Duration.ofMillis(1), history);
    }

    /** A lighter load for somebody to watch. */
    void goOn() {
        start(Duration.ofMillis(5), null);
    }

    private void start(Duration think, @Nullable History noted) {
        running.clear();
        for (String prefix : PREFIXES) {
            LoadConfig config = LoadConfig.defaults()
                    .withClients(CLIENTS_PER_SIDE)
                    .withMix(Mix.halfAndHalf())
                    .withKeys(new KeySpace(prefix, KEYS), KeyChooser.uniform(KEYS))
                    .withThink(think);
            Randomness randomness = Randomness.seeded(prefix.hashCode() + clock.wallMillis());
            LoadGenerator load = new LoadGenerator(config, client -> target, clock, timers, randomness, noted);
            load.start();
            running.add(load);
        }
    }

    /** What an earlier load has left would be values that nobody wrote in this history. */
    private void clear(String prefix) {
        KvCommand delete = new KvCommand.DeleteRange(new KeySpace(prefix, KEYS).range());
        Outcome outcome = Await.result("the keys of an earlier load are deleted", target.ask(delete), LIMIT);
        if (!(outcome instanceof Outcome.Ok)) {
            throw new CommandFailure(ExitCode.FAILED, "the keys of an earlier load could not be deleted: " + outcome);
        }
    }

    /** Operations that were answered. */
    long answered() {
        return running.stream().mapToLong(load -> load.snapshot().ok()).sum();
    }

    /** One line per load, everything since its start. */
    List<String> lines() {
        return running.stream().map(load -> load.snapshot().line()).toList();
    }

    /** One line about all since the last call. */
    String now() {
        List<LoadSnapshot> now = running.stream().map(LoadGenerator::interval).toList();
        long reads =
                now.stream().mapToLong(load -> load.gets().p99Nanos()).max().orElse(0);
        long writes =
                now.stream().mapToLong(load -> load.writes().p99Nanos()).max().orElse(0);
        return String.format(
                Locale.ROOT,
                "%,.0f ops/s · read p99 %.1f ms · write p99 %.1f ms · failed %d · retried %d",
                now.stream().mapToDouble(LoadSnapshot::perSecond).sum(),
                reads / 1e6,
                writes / 1e6,
                now.stream().mapToLong(LoadSnapshot::failed).sum(),
                now.stream().mapToLong(LoadSnapshot::retried).sum());
    }

    /** Ends the loads without waiting. */
    void stop() {
        running.forEach(LoadGenerator::stop);
    }

    /** Ends the loads, waits for their last answers, and tells what they did. */
    Totals finish() {
        List<LoadSnapshot> ends = new ArrayList<>();
        for (LoadGenerator load : running) {
            ends.add(Await.result("the load has stopped", load.stop(), LIMIT));
        }
        return new Totals(
                ends.stream().mapToLong(LoadSnapshot::ok).sum(),
                ends.stream().mapToLong(LoadSnapshot::failed).sum(),
                ends.stream().mapToLong(LoadSnapshot::retried).sum(),
                ends.stream().mapToLong(LoadSnapshot::undetermined).sum(),
                ends.stream().mapToLong(LoadSnapshot::stallMaxNanos).max().orElse(0) / 1_000_000,
                ends.stream().map(end -> end.problems().toString()).toList().toString());
    }
}
