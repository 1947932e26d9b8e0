package dev.cleave.placement.ctl.launch;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.NettyNetwork;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.placement.ctl.command.AdminCommand;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.command.Session;
import dev.cleave.placement.ctl.launch.bench.BenchRow;
import dev.cleave.placement.ctl.launch.bench.BenchRun;
import dev.cleave.placement.ctl.launch.bench.OwnHeap;
import dev.cleave.placement.ctl.launch.bench.ServerCpu;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.ClientConfig;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.StoreInfo;
import dev.cleave.region.workload.ClientTarget;
import dev.cleave.region.workload.rate.RateConfig;
import dev.cleave.region.workload.rate.RateKeys;
import dev.cleave.region.workload.rate.RateMix;
import dev.cleave.region.workload.rate.RateResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cleave bench}. */
@Command(
        name = "bench",
        description = {
            "Measures a running cluster: how many operations a second, how long each takes, and what they cost the servers.",
            "It WRITES keys that begin with bench- and leaves them there."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Latencies count from when an operation should have begun (with --rate), so what waited is in them.",
            "SERVER US is the CPU time per operation of the stores that run on this machine, together; - if none does.",
            "CLIENT US and CLIENT B are this process's own CPU time and allocated bytes per operation."
        })
public final class BenchCommand extends AdminCommand {
    @Option(
            names = "--mix",
            split = ",",
            paramLabel = "MIX",
            defaultValue = "put,get",
            description =
                    "put, get, scan, or a to f of YCSB (a half updates, b 5%% updates, c reads, d reads of new keys, e scans, f read-modify-write); several after commas. Default: put,get")
    private List<String> mixes = List.of();

    @Option(
            names = "--in-flight",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,16,64,256",
            description = "Operations under way at once; several after commas. Default: 1,16,64,256")
    private List<Integer> inFlight = List.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Operations begun per second, whatever comes back; 0: the next begins when one ends. Default: 0")
    private double rate;

    @Option(names = "--keys", paramLabel = "N", defaultValue = "100000", description = "Default: 100000")
    private long keys;

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            defaultValue = "128",
            description = "Size of a value. Default: 128")
    private int valueBytes;

    @Option(
            names = "--scan-limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Pairs per scan. Default: 100")
    private int scanLimit;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "uniform",
            description = "Which keys are asked for: uniform, zipfian, latest, sequential. Default: uniform")
    private String order = "uniform";

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Before each row. Default: 5")
    private int warmUpSeconds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Measured per row. Default: 10")
    private int seconds;

    @Option(names = "--no-fill", description = "The keys are there already: do not write them first.")
    private boolean isFilled;

    @Option(
            names = "--hgrm",
            paramLabel = "DIR",
            description = "Writes the latencies of each row into DIR as MIX-N.hgrm, as HdrHistogram prints them (µs).")
    private @Nullable Path histograms;

    @Override
    protected int run(Session session) {
        List<RateConfig> loads = loads();
        RateKeys.Order keyOrder = asked(() -> RateKeys.order(order));
        asked(() -> new RateKeys(keys, keyOrder));
        List<Address> stores = session.ask(new PdRequest.ListStores(), PdReply.Stores.class).stores().stream()
                .map(StoreInfo::address)
                .toList();
        ServerCpu servers = ServerCpu.of(stores);
        ServerCpu self = ServerCpu.self();
        try (NettyNetwork network = new NettyNetwork("cleave-bench", 1, WireOptions.defaults())) {
            Randomness randomness = Randomness.seeded(network.clock().nanos());
            ClientConfig config = ClientConfig.defaults(session.placement()).withInFlight(65_536, 256 << 20);
            CleaveClient client =
                    CleaveClient.assemble(config, network, network.timers(), network.clock(), randomness.fork());
            BenchRun run = new BenchRun(new ClientTarget(client), network.clock(), network.timers(), randomness);
            if (!isFilled) {
                note("writing " + keys + " keys of " + valueBytes + " bytes");
                run.fill(
                        new RateKeys(keys, RateKeys.Order.UNIFORM),
                        valueBytes,
                        written -> note("  " + written + " written"));
            }
            List<BenchRow> rows = new ArrayList<>();
            for (int i = 0; i < loads.size(); i++) {
                BenchRow row = measure(run, i, loads.get(i), new RateKeys(keys, keyOrder), servers, self);
                rows.add(row);
                note(row.inWords());
            }
            client.close();
            answer(Listing.of("BenchList", BenchRow.COLUMNS, rows, BenchRow::json));
        }
        return ExitCode.OK;
    }

    /** One for each mix and number in flight, in that order. */
    private List<RateConfig> loads() {
        List<RateConfig> loads = new ArrayList<>();
        for (String mix : mixes) {
            for (int count : inFlight) {
                loads.add(asked(() -> RateConfig.of(count, RateMix.named(mix))
                        .withPerSecond(rate)
                        .withValueBytes(valueBytes)
                        .withScanLimit(scanLimit)));
            }
        }
        if (warmUpSeconds < 0 || seconds <= 0) {
            throw new CommandFailure(ExitCode.USAGE, "--seconds must be above 0, --warm-up not below");
        }
        return loads;
    }

    private BenchRow measure(
            BenchRun run, int number, RateConfig load, RateKeys rateKeys, ServerCpu servers, ServerCpu self) {
        long[] used = new long[6];
        RateResult result = run.measure(
                load,
                rateKeys,
                Duration.ofSeconds(warmUpSeconds),
                Duration.ofSeconds(seconds),
                () -> {
                    used[0] = servers.nanos();
                    used[1] = self.nanos();
                    used[4] = OwnHeap.allocatedBytes();
                },
                () -> {
                    used[2] = servers.nanos();
                    used[3] = self.nanos();
                    used[5] = OwnHeap.allocatedBytes();
                });
        String mix = mixes.get(number / inFlight.size());
        if (result.failed() > 0) {
            note(result.failed() + " operations of " + mix + " failed, the last with: " + result.problem());
        }
        keepHistogram(mix, load.inFlight(), result);
        return new BenchRow(
                mix,
                load.inFlight(),
                rate,
                result,
                used[2] - used[0],
                used[3] - used[1],
                used[5] - used[4],
                servers.count());
    }

    private void keepHistogram(String mix, int count, RateResult result) {
        if (histograms == null) {
            return;
        }
        Path file = histograms.resolve(mix + "-" + count + ".hgrm");
        try {
            Files.createDirectories(histograms);
            try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
                result.latency().outputPercentileDistribution(out, 1000.0);
            }
        } catch (IOException unwritten) {
            throw new CommandFailure(ExitCode.FAILED, "cannot write " + file + ": " + unwritten.getMessage());
        }
    }

    /** A part of a command line that says itself what is wrong with it. */
    private interface Part<T> {
        T get();
    }

    private static <T> T asked(Part<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
        }
    }
}
