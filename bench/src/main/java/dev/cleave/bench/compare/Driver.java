package dev.cleave.bench.compare;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import dev.cleave.region.workload.rate.RateConfig;
import dev.cleave.region.workload.rate.RateFill;
import dev.cleave.region.workload.rate.RateKeys;
import dev.cleave.region.workload.rate.RateLoad;
import dev.cleave.region.workload.rate.RateMix;
import dev.cleave.region.workload.rate.RateResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process that puts one subject under load. It takes one order per line of its input and answers each with one line: {@code fill KEYS BYTES}, {@code await KEYS},
 * {@code measure MIX BYTES IN-FLIGHT KEYS WARM-MILLIS MILLIS PIDS},
 * {@code watch KEYS STEPS STEP-MILLIS}. Latencies count in closed loops.
 */
public final class Driver {
    private static final int FILL_IN_FLIGHT = 256;
    private static final int WATCH_IN_FLIGHT = 16;
    /** How long servers may take until they serve. */
    static final int SERVES_SECONDS = 120;

    private static final long PARTS = 64;

    private final KvTarget target;
    private final DriverTimers timers = new DriverTimers();
    private final Randomness randomness = Randomness.seeded(System.nanoTime());

    private Driver(KvTarget target) {
        this.target = target;
    }

    /** @param arguments the subject's name and the servers' first port */
    public static void main(String[] arguments) throws Exception {
        Subject subject = Subject.parse(arguments[0]);
        KvTarget target = Peers.named(subject.peer()).connect(subject, Integer.parseInt(arguments[1]));
        Driver driver = new Driver(new CheckedTarget(target));
        System.out.println(DriverProcess.MARK + "ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            System.out.println(DriverProcess.MARK + driver.carryOut(order.split(" ")));
        }
        // Clients of some peers leave threads that never end.
        Runtime.getRuntime().halt(0);
    }

    private String carryOut(String[] order) {
        try {
            return switch (order[0]) {
                case "fill" -> fill(Long.parseLong(order[1]), Integer.parseInt(order[2]));
                case "await" -> await(Long.parseLong(order[1]));
                case "measure" -> measure(order);
                case "watch" -> watch(Long.parseLong(order[1]), Integer.parseInt(order[2]), Long.parseLong(order[3]));
                default -> throw new IllegalArgumentException("no such order: " + order[0]);
            };
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "failed interrupted";
        } catch (Exception failed) {
            return "failed " + String.valueOf(failed).replace('\n', ' ');
        }
    }

    /** Waits until the servers take a write to each of 64 parts of the key space. */
    private String await(long keys) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVES_SECONDS);
        String problem = "";
        for (long part = 0; part < PARTS; ) {
            Value value = Value.own(new byte[Cell.CUSTOMARY_BYTES]);
            Outcome outcome = outcome(new KvCommand.Put(RateKeys.key(keys * part / PARTS), value));
            if (outcome instanceof Outcome.Ok) {
                part++;
            } else {
                problem = String.valueOf(outcome);
                Thread.sleep(100);
            }
            if (System.nanoTime() - deadline > 0) {
                return "failed not serving: " + problem;
            }
        }
        return "ok";
    }

    private Outcome outcome(KvCommand command) throws Exception {
        try {
            return target.ask(command).get(5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException noAnswer) {
            return Outcome.unknown(String.valueOf(noAnswer));
        }
    }

    private String fill(long keys, int valueBytes) throws Exception {
        RateFill fill = new RateFill(new RateKeys(keys, RateKeys.Order.UNIFORM), valueBytes, target, randomness.fork());
        fill.start(FILL_IN_FLIGHT).get(1, TimeUnit.HOURS);
        return "ok " + fill.written();
    }

    private String measure(String[] order) throws Exception {
        RateConfig config = RateConfig.of(Integer.parseInt(order[3]), RateMix.named(order[1]))
                .withValueBytes(Integer.parseInt(order[2]));
        RateKeys keys = new RateKeys(Long.parseLong(order[4]), RateKeys.Order.UNIFORM);
        String[] pids = order.length > 7 ? order[7].split(",") : new String[0];
        RateLoad load = new RateLoad(config, keys, target, timers, timers, randomness.fork());
        load.start();
        Thread.sleep(Long.parseLong(order[5]));
        load.interval();
        long servers = cpu(pids);
        long self = cpu("self");
        Thread.sleep(Long.parseLong(order[6]));
        RateResult result = load.interval();
        servers = cpu(pids) - servers;
        self = cpu("self") - self;
        String trouble = "";
        try {
            load.stop().get(30, TimeUnit.SECONDS);
        } catch (TimeoutException unanswered) {
            trouble = "some operations were never answered; ";
        }
        return Figures.of(result, servers, self, trouble).line();
    }

    /** Reads, and counts the answers of each step; what is in flight at the end is left to itself. */
    private String watch(long keys, int steps, long stepMillis) throws InterruptedException {
        RateConfig config = RateConfig.of(WATCH_IN_FLIGHT, RateMix.named("get"));
        RateKeys chosen = new RateKeys(keys, RateKeys.Order.UNIFORM);
        RateLoad load = new RateLoad(config, chosen, target, timers, timers, randomness.fork());
        StringBuilder answered = new StringBuilder("ok");
        load.start();
        long start = System.nanoTime();
        for (int step = 1; step <= steps; step++) {
            long left = start + step * stepMillis * 1_000_000 - System.nanoTime();
            Thread.sleep(Math.max(0, left / 1_000_000));
            answered.append(' ').append(load.interval().succeeded());
        }
        load.stop();
        return answered.toString();
    }

    private static long cpu(String... pids) throws IOException {
        long nanos = 0;
        for (String pid : pids) {
            nanos += Proc.cpuNanos(pid);
        }
        return nanos;
    }
}
