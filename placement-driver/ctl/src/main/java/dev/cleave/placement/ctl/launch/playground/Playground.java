package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadTimers;
import dev.cleave.engine.base.Randomness;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.command.Session;
import dev.cleave.placement.ctl.launch.process.Fatal;
import dev.cleave.placement.ctl.launch.process.Logging;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.workload.ClientTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A playground from start to end: the data directory, the nodes, the story, and, unless it is a script, a while of watching until somebody stops
 * it. Owns everything it starts.
 */
public final class Playground {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int TIMERS_MAX = 100_000;

    private final PlaygroundOptions options;
    private final PrintWriter out;
    private final Narrator narrator;
    private final StopSignal stop;

    public Playground(PlaygroundOptions options, PrintWriter out, StopSignal stop) {
        this.options = options;
        this.out = out;
        this.narrator = new Narrator(out);
        this.stop = stop;
    }

    /** Runs it all and returns an exit code. */
    public int run() {
        try (PlaygroundData data = PlaygroundData.take(options)) {
            Logging.toFile(data.directory().resolve("playground.log"));
            narrator.plain("Playground  data: " + data.directory()
                    + (data.isKept() ? " (kept; --ephemeral to discard)" : " (goes at the end)")
                    + "   Ctrl-C stops it");
            Places places = new Places(data.directory(), Ports.choose(data.directory(), options.portBase()));
            boolean isGood = play(places);
            narrator.plain(
                    data.isKept()
                            ? "Stopped. The data stay in " + data.directory() + "; the same command goes on with them."
                            : "Stopped. The data are gone.");
            return isGood ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private boolean play(Places places) {
        SystemClock clock = new SystemClock();
        try (Nodes nodes = options.hasProcesses() ? new ChildProcesses(places) : new InProcessNodes(places);
                Session session = new Session(List.of(places.placement()), TIMEOUT);
                ThreadTimers timers = new ThreadTimers("playground-load", clock, TIMERS_MAX, new Fatal("playground"));
                CleaveClient client =
                        CleaveClient.builder().pd(List.of(places.placement())).build()) {
            Story story = new Story(
                    options,
                    narrator,
                    nodes,
                    places,
                    new Cluster(session),
                    new ClientTarget(client),
                    () -> client.stats().retriesTotal(),
                    clock,
                    timers);
            try {
                stop.interrupting(() -> tell(story, nodes, places));
            } catch (CommandFailure failed) {
                if (!stop.isAsked()) {
                    narrator.plain("");
                    narrator.plain("✗ " + failed.getMessage());
                    narrator.plain("  The log is " + places.data().resolve("playground.log")
                            + (options.hasProcesses() ? ", those of the nodes are in " + places.logs() : ""));
                    return false;
                }
            } finally {
                narrator.plain("");
                narrator.plain("stopping …");
                story.loads().stop();
            }
            return true;
        }
    }

    private void tell(Story story, Nodes nodes, Places places) {
        story.tell();
        narrator.plain("");
        narrator.plain("✓ The story is told and everything is checked.");
        if (!options.isScript()) {
            sayWhatNext(places, story.possibleSplit());
            story.loads().goOn();
            watch(story, nodes, places);
        }
    }

    private void sayWhatNext(Places places, String split) {
        String pd = " --pd " + places.placement();
        narrator.plain("");
        narrator.plain("Next, in another terminal:");
        narrator.plain("  bin/cleave status" + pd);
        narrator.plain("  bin/cleave region list" + pd);
        narrator.plain("  bin/cleave " + split + " --wait" + pd);
        narrator.plain("  bin/cleave kv get item:00000000042" + pd);
        narrator.plain("  curl http://" + places.storeHttp(1) + "/key/item:00000000042");
        narrator.plain("  curl http://" + places.storeHttp(1) + "/status");
        narrator.plain("  curl http://" + places.placementHttp() + "/regions");
        narrator.plain("  bin/cleave playground kill 3" + data(places) + "      also: status, start 3, add-store");
        narrator.plain("");
        narrator.plain(
                "The load goes on. Keys: k kills a store, or starts the one killed; r redraws; q or Ctrl-C stops everything.");
        narrator.plain("");
    }

    private static String data(Places places) {
        Path usual = Path.of("playground-data").toAbsolutePath().normalize();
        return places.data().equals(usual) ? "" : " --data " + places.data();
    }

    /** The door and the keys are open meanwhile. */
    @SuppressWarnings("try")
    private void watch(Story story, Nodes nodes, Places places) {
        Orders orders = new Orders();
        Randomness randomness = Randomness.seeded(System.nanoTime());
        try (Control control = new Control(places.ports().control(), orders);
                Keys keys = Keys.open(orders)) {
            new Watch(nodes, places, orders, story::scene, story.names(), new LiveMap(out), randomness).until(stop);
        } catch (InterruptedException stopped) {
            // The signal has come while a scene was drawn.
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, "the terminal cannot be used: " + broken.getMessage());
        }
    }
}
