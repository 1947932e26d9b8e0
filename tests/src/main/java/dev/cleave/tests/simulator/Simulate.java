package dev.cleave.tests.simulator;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code bin/simulate --seeds FROM-TO [--seconds VIRTUAL] [--trace]}: runs seeds in parallel on the cores there are. */
public final class Simulate {
    private Simulate() {}

    public static void main(String[] args) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Request request;
        try {
            request = Request.parse(args);
        } catch (IllegalArgumentException wrong) {
            out.println(wrong.getMessage());
            out.println("usage: bin/simulate --seeds FROM-TO [--seconds VIRTUAL] [--trace]");
            System.exit(2);
            return;
        }
        System.exit(run(request, out).violations() == 0 ? 0 : 1);
    }

    /** Runs all seeds; the last line printed says how it went. */
    static Batch run(Request request, PrintStream out) throws InterruptedException {
        ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<Future<Run.Result>> results = new ArrayList<>();
        for (long seed = request.from; seed <= request.to; seed++) {
            Run run = new Run(seed, request.seconds);
            Callable<Run.Result> task = run::go;
            results.add(workers.submit(task));
        }
        Batch batch = new Batch();
        for (Future<Run.Result> each : results) {
            try {
                Run.Result result = each.get();
                batch.add(result);
                if (request.isTraced) {
                    out.println(result);
                }
            } catch (ExecutionException failed) {
                batch.violations++;
                print(failed.getCause() == null ? failed : failed.getCause(), request.isTraced, out);
            }
        }
        workers.shutdown();
        out.println("operations " + batch.operations + " " + batch.done);
        out.println("sometimes " + batch.sometimes);
        out.println("seeds " + (request.to - request.from + 1) + " " + batch);
        return batch;
    }

    private static void print(Throwable cause, boolean isTraced, PrintStream out) {
        if (isTraced) {
            if (cause instanceof Violation violation) {
                violation.trail().forEach(out::println);
            }
            cause.printStackTrace(out);
        }
        out.println("VIOLATION " + cause.getMessage());
    }

    /** What all runs together were. */
    static final class Batch {
        private final Map<String, Long> done = new TreeMap<>();
        private final Map<String, Long> sometimes = new TreeMap<>();
        private long events;
        private long faults;
        private long operations;
        private int violations;

        private void add(Run.Result result) {
            events += result.events();
            faults += result.faults();
            operations += result.operations();
            result.done().forEach((kind, count) -> done.merge(kind, count, Long::sum));
            result.sometimes().forEach((path, count) -> sometimes.merge(path, count, Long::sum));
        }

        int violations() {
            return violations;
        }

        /** How often paths were taken that are rare outside. */
        Map<String, Long> sometimes() {
            return sometimes;
        }

        @Override
        public String toString() {
            return "events " + events + " faults " + faults + " violations " + violations;
        }
    }

    record Request(long from, long to, int seconds, boolean isTraced) {
        static Request parse(String... args) {
            long from = 1;
            long to = 10;
            int seconds = 20;
            boolean isTraced = false;
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--seeds" -> {
                        String[] ends = value(args, ++i).split("-", 2);
                        from = number(ends[0]);
                        to = ends.length == 1 ? from : number(ends[1]);
                    }
                    case "--seconds" -> seconds = (int) number(value(args, ++i));
                    case "--trace" -> isTraced = true;
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
            if (from > to || seconds < 1 || seconds > 3_600) {
                throw new IllegalArgumentException("seeds go upwards, and seconds from 1 to 3600");
            }
            return new Request(from, to, seconds, isTraced);
        }

        private static String value(String[] args, int index) {
            if (index >= args.length) {
                throw new IllegalArgumentException(args[index - 1] + " needs a value");
            }
            return args[index];
        }

        private static long number(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException wrong) {
                throw new IllegalArgumentException("'" + text + "' is not a number");
            }
        }
    }
}
